import type { Change } from './changes';
import { changed } from '../edit';
import { spine, type SpineWorkflow } from '../spine';
import { SENDING } from './sending';
import { WAYS } from './ways';
import { WRITING } from './writing';

/** Safe spines as people build them, each by the changes it makes to the test spine. */
export const SAFE: Readonly<Record<string, readonly Change[]>> = { ...WRITING, ...WAYS, ...SENDING };

/** The workflow of a safe spine. */
export const safeSpine = (changes: readonly Change[]): SpineWorkflow =>
	changes.length === 0 ? spine() : changed(...changes);
