import type { Json } from '../../delivery/types';
import { isExpression, literal, stringsIn } from '../expressions';
import type { Walk } from '../walk';
import type { WorkflowJson } from '../types';
import { declarationsIn } from '../notes';
import type { Finding } from './finding';
import { pinFindings, pinnedNodes } from './pins';

/** Forms of well-known tokens: vendors document their prefixes; `Bearer` and `Basic` are RFC 6750 and RFC 7617. */
const SECRET = new RegExp(
	[
		'\\b(sk|rk|pk)[-_](live|test|proj|ant|or)[-_][A-Za-z0-9_-]{16,}',
		'\\bsk-[A-Za-z0-9]{32,}',
		'\\bpat-(na|eu)\\d-[0-9a-f-]{30,}',
		'\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}',
		'\\bxox[abprs]-[A-Za-z0-9-]{10,}',
		'\\bgh[pousr]_[A-Za-z0-9]{30,}',
		'\\bAKIA[0-9A-Z]{16}\\b',
		'\\bAIza[0-9A-Za-z_-]{30,}',
		'\\bre_[A-Za-z0-9_]{20,}',
		'\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.',
	].join('|'),
);
const BEARER = /^(Bearer|Basic) {1,4}(?!\{\{|<|your|YOUR|xxx|XXX|\[)[A-Za-z0-9+/._=-]{16,}/;
const SECRET_HEADER =
	/^(authorization|x-api-key|api-key|apikey|x-postmark-server-token|x-auth-token|xi-api-key)$/i;
const PLACEHOLDER = /your|replace|example|placeholder|insert|changeme|<[^>]+>|\[[^\]]+\]|x{4,}|\.{3}|\*{3}/i;

/** Proof 6: how the workflow is set up, apart from what the dry-run branch reaches. */
export function hygieneFindings(walk: Walk, workflow: WorkflowJson): Finding[] {
	const findings: Finding[] = [];
	for (const node of workflow.nodes) {
		if (holdsSecret(node.parameters))
			findings.push({ rule: 'secret-in-workflow', node: node.name, path: [node.name] });
	}
	const onSpine = new Set(pinFindings(walk, workflow).map(({ node }) => node));
	for (const name of pinnedNodes(workflow)) {
		if (!onSpine.has(name)) findings.push({ rule: 'pinned-data', node: name, path: [name] });
	}
	for (const detail of declarationsIn(workflow).broken)
		findings.push({ rule: 'declaration-unreadable', path: [], detail });
	const roles = new Set(walk.reached.map(({ facts }) => facts.role));
	const delivers = roles.has('sender') || roles.has('claim');
	// Without any executionOrder n8n runs the old one: isLegacyExecutionOrder() in its workflow-execute.
	const [join] = walk.graph.joins;
	if (workflow.settings.executionOrder !== 'v1' && join !== undefined && delivers) {
		findings.push({ rule: 'old-execution-order', node: join, path: [join] });
	}
	const starts = walk.graph.roots.map((index) => walk.graph.steps[index]?.node);
	const scheduled = starts.some((node) => /\.(scheduleTrigger|cron|interval)$/.test(node?.type ?? ''));
	const byItself = starts.filter(
		(node) => node && !/\.(manualTrigger|errorTrigger|executeWorkflowTrigger)$/.test(node.type),
	);
	if (byItself.length > 0 && !text(workflow.settings.errorWorkflow)) {
		findings.push({ rule: 'no-error-workflow', path: [] });
	}
	const zone = text(workflow.settings.timezone);
	if (scheduled && (zone === '' || zone === 'DEFAULT')) findings.push({ rule: 'no-time-zone', path: [] });
	if (delivers && byItself.length > 1) findings.push({ rule: 'concurrency', path: [] });
	return findings;
}

const text = (value: Json | undefined): string => literal(value) ?? '';

/** Whether a parameter tree holds something that looks like a token and is no placeholder. */
export function holdsSecret(parameters: Json): boolean {
	const inText = stringsIn(parameters).some(
		([value]) =>
			!(PLACEHOLDER.test(value) && value.length < 200) &&
			(SECRET.test(value) || BEARER.test(value.replace(/^\s*=/, '').trimStart())),
	);
	return (
		inText || headers(parameters).some(([name, value]) => SECRET_HEADER.test(name) && looksSecret(value))
	);
}

const looksSecret = (value: string): boolean =>
	!isExpression(value) && !PLACEHOLDER.test(value) && /^[A-Za-z0-9+/._=-]{20,}$/.test(value.trim());

function headers(value: Json): [string, string][] {
	if (Array.isArray(value)) return value.flatMap((entry: Json) => headers(entry));
	if (typeof value !== 'object' || value === null) return [];
	const object = value as { readonly [key: string]: Json };
	const own: [string, string][] =
		typeof object.name === 'string' && typeof object.value === 'string' ? [[object.name, object.value]] : [];
	return [...own, ...Object.values(object).flatMap(headers)];
}
