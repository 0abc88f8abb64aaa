export { assessRelease, assessSubject, type Assessment } from './assess';
export { assessRehearsal, type DryRunAssessment, type DryRunRequest } from './dry-run';
export { levelsOf } from './levels';
export { tellAllFailedRuns, tellFailedRuns, type ToldRun } from './failed-runs';
export { observeRelease, type Watched } from './observe';
export type { StabilityPorts } from './ports';
export { closeOrder, orderRollback, rollbackOrder } from './rollback';
export { tellSilence, tellSilences, type Silence } from './silence';
export { lastLook, trailOf } from './trail';
