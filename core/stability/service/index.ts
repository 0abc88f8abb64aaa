export { assessRelease, assessSubject, type Assessment } from './assess';
export { levelsOf } from './levels';
export { observeRelease, type Watched } from './observe';
export type { StabilityPorts } from './ports';
export { closeOrder, orderRollback, rollbackOrder, type RollbackOrder } from './rollback';
export { lastLook, trailOf, type Look } from './trail';
