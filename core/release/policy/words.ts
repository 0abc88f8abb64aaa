import { z } from 'zod';

/** A name in a policy. */
export const id = z
	.string()
	.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'use lower-case letters, digits, dots and dashes');
/** An ISO 8601 duration without months and years. */
export const duration = z
	.string()
	.regex(
		/^P(?=.)(\d+W|(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)$/,
		'use an ISO 8601 duration such as PT2H or P1D',
	);
/** A part of a whole, 0 to 1. */
export const share = z.number().min(0).max(1);

/** Line of the source document a rule comes from, 1-based; `docs/reference/doctrines/<policy>.md`. */
export const sourceLine = z.number().int().positive();

/** Risk classes, lowest first. */
export const riskClasses = ['safe', 'controlled', 'critical'] as const;
export const riskClassSchema = z.enum(riskClasses);

/** Kinds of release. */
export const releaseKinds = ['regular', 'hotfix', 'major'] as const;
export const releaseKindSchema = z.enum(releaseKinds);

/** What a piece of evidence speaks of; when the hash of that artifact changes, the check reopens. */
export const artifacts = [
	'manifest',
	'workflow',
	'schema',
	'sql',
	'policy',
	'documents',
	'flags',
	'commit',
	'release',
] as const;

/** Machines that can answer a check. */
export const machines = [
	'manifest',
	'workflow-audit',
	'schema-diff',
	'sql-lint',
	'expand-contract',
	'settings-diff',
	'flags',
	'dry-run',
	'drill',
	'ledger',
	'monitor',
	'documents',
	'smoke-tests',
	'source-control',
	'ci',
	'publication',
	'announcements',
] as const;

/** How much of its policy a spine is held to, least first. */
export const strictnessLevels = ['observe', 'standard', 'doctrine'] as const;

export type RiskClass = (typeof riskClasses)[number];
export type ReleaseKind = (typeof releaseKinds)[number];
export type Artifact = (typeof artifacts)[number];
export type Machine = (typeof machines)[number];
export type Strictness = (typeof strictnessLevels)[number];
