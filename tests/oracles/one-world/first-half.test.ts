import { everyMetricAgrees } from './agree';

everyMetricAgrees(0);
