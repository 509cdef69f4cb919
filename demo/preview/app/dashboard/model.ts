import type { DataFrame, DataSourceRef, FieldConfigSource } from '@grafana/data';
import type { DashboardLink } from '@grafana/schema';

/** The parts of Grafana's classic dashboard JSON that the preview reads. */
export interface ClassicDashboard {
  uid: string;
  title: string;
  description?: string;
  tags?: string[];
  timezone?: string;
  weekStart?: string;
  fiscalYearStartMonth?: number;
  graphTooltip?: number;
  refresh?: string | false;
  time?: { from: string; to: string };
  timepicker?: { refresh_intervals?: string[]; hidden?: boolean };
  templating?: { list?: ClassicVariable[] };
  annotations?: { list?: ClassicAnnotation[] };
  links?: DashboardLink[];
  panels?: ClassicPanel[];
}

export interface ClassicPanel {
  id?: number;
  type: string;
  title?: string;
  description?: string;
  transparent?: boolean;
  gridPos?: { x: number; y: number; w: number; h: number };
  datasource?: DataSourceRef | null;
  targets?: Array<{ refId: string; [key: string]: unknown }>;
  options?: Record<string, unknown>;
  fieldConfig?: FieldConfigSource;
  transformations?: Array<{ id: string; options: unknown }>;
  links?: PanelLink[];
  maxDataPoints?: number | null;
  interval?: string;
  timeFrom?: string;
  collapsed?: boolean;
  panels?: ClassicPanel[];
}

export interface PanelLink {
  title: string;
  url: string;
  targetBlank?: boolean;
}

export interface ClassicVariable {
  type: string;
  name: string;
  label?: string;
  description?: string | null;
  hide?: number;
  skipUrlSync?: boolean;
  query?: unknown;
  definition?: string;
  datasource?: DataSourceRef | null;
  regex?: string;
  refresh?: number;
  sort?: number;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string | null;
  allowCustomValue?: boolean;
  current?: { value?: string | string[]; text?: string | string[] };
  options?: Array<{ value: string; text: string }>;
  auto?: boolean;
  auto_count?: number;
  auto_min?: string;
  filters?: Array<{ key: string; operator: string; value: string }>;
  baseFilters?: Array<{ key: string; operator: string; value: string }>;
  defaultKeys?: Array<{ text: string; value?: string }>;
}

export interface ClassicAnnotation {
  name: string;
  enable?: boolean;
  hide?: boolean;
  iconColor?: string;
  builtIn?: number;
  datasource?: DataSourceRef | null;
  target?: unknown;
  [key: string]: unknown;
}

/** A notice that the backend put on a frame. */
export type FrameNotice = NonNullable<NonNullable<DataFrame['meta']>['notices']>[number];
