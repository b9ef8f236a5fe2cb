// The shapes of the API that the panel uses, as the OpenAPI description names them.
// The browser test compares every field with the running daemon's /api/openapi.json.

export interface Site {
  name: string;
  label: string;
}

/** Whether electrodes may lie on a site, and how. */
export interface TensSite {
  allowed: boolean;
  text: string;
}

export interface SiteInfo {
  name: string;
  label: string;
  /** A nerve lies just under the skin. */
  nerve: boolean;
  note?: string | null;
  tens: TensSite;
}

export interface SiteList {
  sites: SiteInfo[];
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
  /** `heat`, `cold`, `tens`. */
  forbids: string[];
}

/** A reminder that is due: what it says, and how its exercise is done. */
export interface DueReminder {
  id: number;
  kind: "move" | "stretch" | "massage";
  text: string;
  how?: string | null;
  exercise?: string | null;
  site?: string | null;
  due_unix_ms: number;
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

/** One phase of a protocol: `heat`, `ice`, `swap` or `rest`. */
export interface Phase {
  kind: string;
  target_c?: number | null;
  duration_s: number;
  /** A rest that goes on only once the person says that the skin feels normal. */
  until_normal: boolean;
  tens?: TensPhase | null;
  /** The name of what a stretch or a massage does. */
  exercise?: string | null;
}

/** What a stimulator sends, and what that comes to at the cap. */
export interface TensPhase {
  mode: string;
  mode_label: string;
  cap_ma: number;
  electrode_cm2: number;
  rms_ma: number;
  charge_uc: number;
  energy_mj: number;
  worst_rms_ma: number;
  worst_density_ma_per_cm2: number;
  worst_power_mw_per_cm2: number;
}

/** The TENS level in force. */
export interface LevelStatus {
  level_ma: number;
  cap_ma: number;
  /** What took it to zero, until a person raises it again. */
  zeroed_by?: string | null;
  rms_ma: number;
}

/** What a person is asked to do: `pack-on`, `pack-off`, `swapped`, `normal`, `electrodes` or `exercise`. */
export interface Prompt {
  /** An answer names it. */
  number: number;
  kind: string;
  text: string;
  /** How it is done, where that takes more words. */
  how?: string | null;
}

/** The phase that is on. */
export interface PhaseStatus extends Phase {
  number: number;
  of: number;
  /** None while it waits for a person. */
  left_s?: number | null;
  /** What the protocol itself says meanwhile. */
  say?: string | null;
  asked?: Prompt | null;
  pack_on: boolean;
  /** The skin under it is so cold that it feels no pain (HL-C3). */
  analgesia: boolean;
  /** It is over, and the next one waits until both contact sensors agree, and for TENS until they are below 38 °C. */
  awaits_pad: boolean;
  awaits_break: boolean;
  /** None while no electrodes lie. */
  level?: LevelStatus | null;
  /** None while it is not paused. */
  pause_left_s?: number | null;
  next?: Phase | null;
}

export interface SessionStatus {
  id: number;
  /** `heat` for one heat phase, `tune` where it finds out about the pad, else the name of a protocol. */
  protocol: string;
  site: string;
  site_label: string;
  /** The hottest of all phases; none where nothing heats. */
  target_c?: number | null;
  duration_s: number;
  phase: PhaseStatus;
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
  /** Some of `heat`, `cold` and `tens`. */
  forbids: string[];
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
  target_c?: number | null;
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

export interface SessionList {
  sessions: SessionSummary[];
  total: number;
}

export interface NewPain {
  site: string;
  /** 0 to 10. */
  nrs: number;
  kind: string;
  session?: number;
  awake?: boolean;
  cause?: string;
  note?: string;
}

export interface PainEntry {
  id: number;
  at_unix_ms: number;
  site: string;
  nrs: number;
  kind: string;
  session?: number | null;
  before?: number | null;
  change?: string | null;
  awake?: boolean | null;
  cause?: string | null;
  note?: string | null;
}

/** A reason to see a doctor. */
export interface Banner {
  kind: string;
  strength: number;
  message: string;
  rule: string;
}

export interface PainSite {
  site: string;
  site_label: string;
  locked: boolean;
  /** The weakest first. */
  warnings: Banner[];
}

export interface PainList {
  entries: PainEntry[];
  total: number;
  sites: PainSite[];
}

export interface PainAnswer {
  entry: PainEntry;
  message?: string | null;
  site: PainSite;
}

export interface Settlement {
  site: string;
  how: string;
}

export interface NewTreatment {
  kind: string;
  site: string;
  before?: number;
  after?: number;
  note?: string;
}

export interface RedFlagAnswers {
  yes: string[];
}

export interface RedFlagList {
  signs: Condition[];
  yes: Condition[];
  advice: string;
}

export interface ExerciseInfo {
  name: string;
  label: string;
  /** `stretch` or `massage`. */
  kind: string;
  sites: string[];
  instruction: string;
  caution: string;
  hold_s: number;
  repeats: number;
  /** The address of an SVG in the colour of the text around it. */
  drawing: string;
}

export interface ExerciseList {
  exercises: ExerciseInfo[];
}

/** What pain and signs of an emergency forbid. */
export interface CareStatus {
  red_flags: Condition[];
  locked: string[];
}

export interface Status {
  version: string;
  simulated: boolean;
  speed: number;
  seq: number;
  at_unix_ms: number;
  state: "idle" | "proving" | "heating" | "guided" | "stimulating" | "paused" | "fault";
  session?: SessionStatus | null;
  last?: EndedRecord | null;
  fault?: FaultStatus | null;
  interrupted?: SessionSummary | null;
  contact: Sensor[];
  ambient: Sensor;
  /** The skin under a cold pack; none where there is no probe. */
  skin?: Sensor | null;
  hottest_c?: number | null;
  heater_on: boolean;
  armed: boolean;
  lines: Lines;
  alarm?: "prompt" | "attend" | "pack-off" | "fault" | "unplug" | null;
  pack_left_on: boolean;
  checklist: ChecklistStatus;
  care: CareStatus;
  sites: SiteAccount[];
  record_lost?: RecordLost | null;
  relay: Relay;
  /** Who is treated: `default`, `sensitive` or `cautious`. */
  profile: string;
  /** The device's configuration fixes it. */
  profile_fixed: boolean;
  /** The most that this profile takes of a phase. */
  profile_takes: ProfileTakes;
  reminders: DueReminder[];
  log_failure?: string | null;
}

export interface Sample {
  t_s: number;
  contact1_c?: number | null;
  contact2_c?: number | null;
  ambient_c?: number | null;
  target_c?: number | null;
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

/** `heat` takes a target and a duration; a protocol takes neither. */
export interface StartRequest {
  protocol: string;
  target_c?: number;
  duration_s?: number;
  site: string;
}

export interface ConfirmRequest {
  session: number;
  prompt: number;
}

export interface PhaseInfo extends Phase {
  /** What the protocol says to the person meanwhile. */
  say?: string | null;
}

export interface ProtocolInfo {
  name: string;
  own: boolean;
  title: string;
  about: string;
  evidence: string;
  weakness: string;
  phases: PhaseInfo[];
  duration_s: number;
  dose_cem43: number;
}

/** A file of the owner's own that is no protocol. */
export interface BrokenProtocol {
  file: string;
  problem: string;
}

/** A protocol, and whether the profile in use takes it. */
export interface ListedProtocol extends ProtocolInfo {
  /** In a sentence, what of it is more than the profile takes. */
  refused: string | null;
}

export interface ProtocolList {
  /** The name of the profile in use, by which they are judged. */
  profile: string;
  protocols: ListedProtocol[];
  broken: BrokenProtocol[];
}

export interface ClearRequest {
  fault?: string | null;
}

export interface ChecklistAnswers {
  yes: string[];
}

export interface ProfileRequest {
  profile: string;
}

/** The most that a profile takes of heat, as whoever asks for one heat phase must know it. */
export interface ProfileTakes {
  /** HL-H1: the highest set-point, in degrees Celsius. */
  target_max_c: number;
  /** HL-H7: the longest heat, in seconds. */
  heat_max_s: number;
}

export interface ProfileInfo {
  name: string;
  for_whom: string;
  takes: string;
  target_max_c: number;
  heat_max_s: number;
  ice_max_s: number;
  rest_after_cold_s: number;
  tens_max_ma: number;
}

export interface ProfileList {
  profile: string;
  fixed: boolean;
  profiles: ProfileInfo[];
}

export interface Stopped {
  id?: number | null;
  off: boolean;
  /** A cold pack lay on the skin: it is to come off. */
  pack_on?: boolean;
}
