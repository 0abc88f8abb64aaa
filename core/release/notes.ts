import { DateTime } from 'luxon';
import type { Instant } from '../delivery/types';
import { gateError } from '../errors';
import type { Decision } from './decision';
import type { Change, Manifest } from './manifest';
import type { Policy } from './policy/schema';

const section = (title: string, lines: readonly string[]): string =>
	`## ${title}\n${lines.length > 0 ? lines.map((line) => `- ${line}`).join('\n') : '- None'}`;

/** Keeps a title on one line and Markdown-neutral, so that a hostile title stays a title. */
const plain = (text: string): string =>
	text
		.replace(/\s+/g, ' ')
		.replace(/[[\]<>`*_\\]/g, '\\$&')
		.trim();

const titles = (manifest: Manifest, kind: Change['kind'], prefix: string): string[] =>
	manifest.changes
		.filter((change) => change.kind === kind)
		.map((change) => `${prefix}${plain(change.title)}`);

/** Release notes for users in the weekly doctrine's template (section 6). */
export function publicNotes(manifest: Manifest, releasedAt: Instant, timeZone: string): string {
	const version = plain(manifest.version ?? manifest.id);
	const date = DateTime.fromMillis(releasedAt, { zone: timeZone })
		.setLocale('en-US')
		.toFormat('LLLL d, yyyy');
	const parts = [
		`# ${version} (${date})`,
		section('New Features', titles(manifest, 'feature', '✨ ')),
		section('Improvements', titles(manifest, 'improvement', '⚡ ')),
		section('Bug Fixes', titles(manifest, 'fix', '🐛 Fixed: ')),
		section('Breaking Changes', titles(manifest, 'breaking', '')),
		section('Deprecations', titles(manifest, 'deprecation', '')),
	];
	if (manifest.compareUrl) parts.push(`---\n\n[Full Changelog](${encodeURI(manifest.compareUrl)})`);
	return `${parts.join('\n\n')}\n`;
}

/** The quiet, internal account of a release: what changed, its class, the decision, every answer and its grounds. */
export function internalNotes(manifest: Manifest, decision: Decision): string {
	const head = [
		`# ${plain(manifest.title)} (${manifest.id})`,
		`${decision.sentence}\n\nClass ${decision.classification.riskClass}, policy ${decision.policy} version ${decision.policyVersion}, release hash ${decision.releaseHash.slice(0, 12)}.`,
	];
	const changes = section(
		'Changes',
		manifest.changes.map((change) => `${plain(change.title)} (${change.surfaces.map(plain).join(', ')})`),
	);
	const checks = section(
		'Checks',
		decision.checks.map((check) => `${check.status}: ${plain(check.question)} ${plain(check.reason)}`),
	);
	return `${[...head, changes, checks].join('\n\n')}\n`;
}

/** Throws `announcement-refused` when the policy is quiet towards users. */
export function assertMayAnnounce(policy: Policy, channel: string): void {
	if (!policy.announcements.toUsers)
		throw gateError('announcement-refused', { policy: policy.name, channel });
}
