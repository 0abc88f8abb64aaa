import type { RuleId } from '../rules';

/** A violation before its sentences are filled in. */
export interface Finding {
	readonly rule: RuleId;
	readonly node?: string;
	readonly path: readonly string[];
	readonly secondPath?: readonly string[];
	/** Added to the rule's sentence when the case needs it. */
	readonly detail?: string;
}
