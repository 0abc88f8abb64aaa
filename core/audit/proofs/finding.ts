import type { JsonObject } from '../../delivery/types';
import type { RuleId } from '../rules';

/** A violation before its sentences are filled in. */
export interface Finding {
	readonly rule: RuleId;
	readonly node?: string;
	readonly path: readonly string[];
	readonly secondPath?: readonly string[];
	/** Added to the rule's sentence when the case needs it. */
	readonly detail?: string;
	/** Put in place of the rule's mend when the case has a nearer one. */
	readonly mend?: string;
	/** Whether it is about a key claim: the rule is then told in its words. */
	readonly key?: boolean;
	/** Declaration that would mend it, once somebody has looked. */
	readonly declaration?: JsonObject;
}

/** Findings by rule and node: the first one, which has the shortest path, stays. */
export class Findings {
	private readonly found = new Map<string, Finding>();

	/** Notes a finding; `work` is only done for the first of its rule and node. */
	add(rule: RuleId, node: string, work: () => Omit<Finding, 'rule' | 'node'>): void {
		const key = `${rule} ${node}`;
		if (!this.found.has(key)) this.found.set(key, { rule, node, ...work() });
	}

	all(): Finding[] {
		return [...this.found.values()];
	}
}
