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
  sites: Site[];
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

export interface SessionStatus {
  id: number;
  site: string;
  site_label: string;
  target_c: number;
  duration_s: number;
  elapsed_s: number;
  remaining_s: number;
  target_reached: boolean;
  dose_cem43: number;
  dose_max_cem43: number;
  duty: number;
}

export interface EndedRecord {
  id: number;
  outcome: string;
  reason: string;
  rule?: string | null;
  elapsed_s: number;
  dose_cem43: number;
}

export interface FaultStatus {
  kind: string;
  rule: string;
  message: string;
  reading_c?: number | null;
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

export interface Status {
  version: string;
  simulated: boolean;
  speed: number;
  seq: number;
  at_unix_ms: number;
  state: "idle" | "heating" | "fault";
  session?: SessionStatus | null;
  last?: EndedRecord | null;
  fault?: FaultStatus | null;
  interrupted?: SessionSummary | null;
  contact: Sensor[];
  ambient: Sensor;
  hottest_c?: number | null;
  heater_on: boolean;
  armed: boolean;
  estop_open: boolean;
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
  opens?: string | null;
  fault?: string | null;
}

export interface StartRequest {
  protocol: "heat";
  target_c: number;
  duration_s: number;
  site: string;
}

export interface Stopped {
  id?: number | null;
  off: boolean;
}
