// The shapes of the API that the panel uses, as the OpenAPI description names them.
// The browser test compares every field with the running daemon's /api/openapi.json.

export interface Site {
  name: string;
  label: string;
}

export interface Limits {
  target_min_c: number;
  target_max_c: number;
  target_default_c: number;
  gentle_target_c: number;
  duration_min_s: number;
  duration_max_s: number;
  duration_max_gentle_s: number;
  contact_off_c: number;
  day_dose_max_cem43: number;
  day_heat_max_s: number;
  day_sessions_max: number;
  checklist_valid_s: number;
  sites: Site[];
}

export interface Condition {
  name: string;
  text: string;
}

export interface Hello {
  version: string;
  limits: Limits;
}

export interface Sensor {
  freshness: "fresh" | "ageing" | "lost";
  reading_c?: number | null;
  age_s: number;
}

/** How the pad will warm up: the surface from now on, a temperature each `every_s`. */
export interface Ahead {
  target_in_s?: number | null;
  every_s: number;
  surface_c: number[];
}

/** What shows that a pad is not what it was found to be. */
export interface Misfit {
  kind: string;
  message: string;
}

export interface SessionStatus {
  id: number;
  /** `heat`, or `tune` where it finds out about the pad. */
  purpose: "heat" | "tune";
  site: string;
  site_label: string;
  target_c: number;
  duration_s: number;
  elapsed_s: number;
  remaining_s: number;
  target_reached: boolean;
  dose_cem43: number;
  dose_max_cem43: number;
  dose_before_cem43: number;
  day_dose_max_cem43: number;
  duty: number;
  /** What is to come on the way to the target, once the pad is known. */
  ahead?: Ahead | null;
  /** The pad is not what it was found to be. */
  misfit?: Misfit | null;
  asks_in_s?: number | null;
  answer_within_s?: number | null;
}

export interface EndedRecord {
  id: number;
  outcome: string;
  reason: string;
  rule?: string | null;
  limit?: string | null;
  reading?: string | null;
  opens?: string | null;
  elapsed_s: number;
  dose_cem43: number;
}

export interface FaultStatus {
  kind: string;
  rule: string;
  message: string;
  limit: string;
  reading: string;
  advice: string;
  unplug: boolean;
  opens: string;
  latched_unix_ms?: number | null;
}

export interface Lines {
  estop_open: boolean;
  cutout_open?: boolean | null;
  pad_current?: boolean | null;
  undervoltage: boolean;
  guard_lost: boolean;
}

export interface ChecklistStatus {
  due: boolean;
  answered_s_ago?: number | null;
  valid_for_s?: number | null;
  forbidding: Condition[];
}

export interface SiteAccount {
  site: string;
  site_label: string;
  dose_cem43: number;
  heated_s: number;
  sessions: number;
  rule?: string | null;
  opens_in_s: number;
}

export interface RecordLost {
  opens_in_s: number;
}

export interface Relay {
  operations: number;
  warn: boolean;
}

export interface SessionSummary {
  id: number;
  protocol: string;
  site: string;
  target_c: number;
  duration_s: number;
  started_unix_ms: number;
  outcome: string;
  reason?: string | null;
  rule?: string | null;
  elapsed_s: number;
  dose_cem43: number;
  hottest_c?: number | null;
  simulated: boolean;
}

export interface EventRecord {
  t_s: number;
  kind: string;
  message: string;
  rule?: string | null;
}

export interface SessionDetail extends SessionSummary {
  version: string;
  events: EventRecord[];
}

export interface Status {
  version: string;
  simulated: boolean;
  speed: number;
  seq: number;
  at_unix_ms: number;
  state: "idle" | "proving" | "heating" | "fault";
  session?: SessionStatus | null;
  last?: EndedRecord | null;
  fault?: FaultStatus | null;
  interrupted?: SessionSummary | null;
  contact: Sensor[];
  ambient: Sensor;
  hottest_c?: number | null;
  heater_on: boolean;
  armed: boolean;
  lines: Lines;
  alarm?: "attend" | "fault" | "unplug" | null;
  checklist: ChecklistStatus;
  sites: SiteAccount[];
  record_lost?: RecordLost | null;
  relay: Relay;
  log_failure?: string | null;
}

export interface Sample {
  t_s: number;
  contact1_c?: number | null;
  contact2_c?: number | null;
  ambient_c?: number | null;
  target_c: number;
  duty: number;
  heater_on: boolean;
  dose_cem43: number;
}

export interface Problem {
  type: string;
  status: number;
  title: string;
  detail: string;
  rule?: string | null;
  limit?: string | null;
  reading?: string | null;
  opens?: string | null;
  opens_in_s?: number | null;
  fault?: string | null;
}

export interface StartRequest {
  protocol: "heat";
  target_c: number;
  duration_s: number;
  site: string;
}

export interface ClearRequest {
  fault?: string | null;
}

export interface ChecklistAnswers {
  yes: string[];
}

export interface Stopped {
  id?: number | null;
  off: boolean;
}
