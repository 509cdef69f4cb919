import { everyMetricAgrees } from './agree';

everyMetricAgrees(1);
