export { recordApproval } from './approve';
export { configureSpine, setPolicyBy } from './configure';
export { evaluateStored, inputFor, type Evaluation } from './evaluate';
export { recordAnswer, recordReport, reportingMachines } from './evidence';
export { debtsIn, factsOf, rollbackInProgress } from './facts';
export { writeNotes, type NotesRequest, type WrittenNotes } from './notes';
export { observedIn, openRelease, type Opened } from './open';
export { policyOf, setPolicy, type PolicyInForce } from './policies';
export { assertNobodyObjects, promoteRelease } from './promote';
export { comparePublished, type PublishedStanding } from './published';
export { recordReads } from './reads';
export { recordDefaults, rehearsedIn, recordRehearsed } from './rehearsed';
export {
	lookAtPublished,
	lookForUngated,
	publishedAt,
	recordReleased,
	releasedOf,
	takeBackReleased,
	type Seen,
} from './released';
export { previousVersion, type PreviousVersion, type RollbackOrder } from './versions';
export { exportStatement, type Envelope } from './statement';
export {
	approvalsFor,
	evidenceFor,
	findRelease,
	knownRelease,
	releasesOf,
	type ServicePorts,
	type StoredRelease,
} from './store';
export { wordsFor } from './words';
