import { z } from 'zod';
import { gateError } from '../errors';
import { RULES } from './rules';

const worldRole = z.enum([
	'harmless',
	'reader',
	'generator',
	'notifier',
	'writer',
	'state-writer',
	'sender',
	'unknown',
]);

/** What a declared send can say besides. */
const sendDeclaration = {
	/** Field or expression that says to whom, e.g. `={{ $json.contact.properties.email }}`. */
	recipient: z.string().min(1).optional(),
	/** Field of the answer with the id of an accepted message. */
	messageId: z.string().min(1).optional(),
	/** Header by which the provider drops repetitions of a request. */
	dedupes: z.string().min(1).optional(),
};

const nodeDeclaration = z
	.object({
		/** Full type, e.g. `n8n-nodes-acme.mailer`. */
		type: z.string().optional(),
		/** Name of the node on the canvas; `type`, `name` or both. */
		name: z.string().optional(),
		/** Only this operation, as `resource.operation` or `operation`. */
		operation: z.string().optional(),
		role: worldRole,
		items: z.enum(['same', 'fewer', 'more', 'any']).optional(),
		failsPerItem: z.boolean().optional(),
		...sendDeclaration,
		/** Who looked and why it is so; shown among the assumptions of the report. */
		reason: z.string().min(1),
	})
	.strict()
	.refine((entry) => entry.type !== undefined || entry.name !== undefined, 'name a type, a name or both');

const hostDeclaration = z
	.object({
		host: z.string().min(1),
		role: worldRole,
		reads: z.string().max(500).optional(),
		items: z.enum(['same', 'fewer', 'more', 'any']).optional(),
		...sendDeclaration,
		reason: z.string().min(1),
	})
	.strict();

const ruleIds = Object.keys(RULES) as [string, ...string[]];

const policySchema = z
	.object({
		/** What nodes do that the catalogue does not know; the first that fits wins. */
		nodes: z.array(nodeDeclaration).default([]),
		/** What HTTP requests to a host do that may change something. */
		hosts: z.array(hostDeclaration).default([]),
		/** Names of the properties in which delivery state lives; writes of others are ordinary writes. */
		deliveryProperties: z
			.array(z.string())
			.default(['cc_last_delivery_at', 'cc_next_eligible_send_at', 'cc_delivery_count', 'cc_last_asset_id']),
		/** Severity of single rules: an instance may insist on advice, e.g. `{"no-error-workflow": "error"}`. */
		severity: z.record(z.enum(ruleIds), z.enum(['error', 'warning'])).default({}),
	})
	.strict();

export type HostDeclaration = z.infer<typeof hostDeclaration>;

/** What a user tells the audit beyond the catalogue. The `audit` part of a policy, or a file of its own. */
export type AuditPolicy = z.infer<typeof policySchema>;

/**
 * Reads an audit policy; `{ audit: {...} }` is taken apart. `source` names it in the error `audit-bad-policy`.
 * A rule that breaks a proof can be raised but not silenced: lowering proofs 1 to 4 is refused.
 */
export function parseAuditPolicy(value: unknown, source: string): AuditPolicy {
	const inner = typeof value === 'object' && value !== null && 'audit' in value ? value.audit : value;
	const parsed = policySchema.safeParse(inner);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		throw gateError('audit-bad-policy', {
			source,
			detail: issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : 'unknown form',
		});
	}
	for (const [id, severity] of Object.entries(parsed.data.severity)) {
		const rule = RULES[id as keyof typeof RULES];
		if (severity === 'warning' && rule.severity === 'error' && rule.proof <= 4) {
			throw gateError('audit-bad-policy', { source, detail: `the rule '${id}' cannot be lowered` });
		}
	}
	return parsed.data;
}

/** Two policies as one: what the first declares wins. */
export function joinPolicies(first: AuditPolicy, second: AuditPolicy): AuditPolicy {
	return {
		nodes: [...first.nodes, ...second.nodes],
		hosts: [...first.hosts, ...second.hosts],
		deliveryProperties: first.deliveryProperties,
		severity: { ...second.severity, ...first.severity },
	};
}

/** The policy that declares nothing. */
export const EMPTY_POLICY: AuditPolicy = parseAuditPolicy({}, 'empty');
