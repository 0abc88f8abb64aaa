import type { constant } from './constraint';
import type { TreeNode } from '../tree';

/** What is known of a type, from PostgreSQL itself or from this migration. */
export interface TypeFacts {
	/** Whether `SELECT DISTINCT` can compare it. */
	readonly equality: boolean;
	/** Of a domain: whether it says NOT NULL, its checks, and the value it fills in (`undefined`: nobody can tell). */
	readonly domain?: {
		readonly required: boolean;
		readonly checks: readonly TreeNode[];
		readonly value: ReturnType<typeof constant>;
	};
}
