import { z } from 'zod';
import { gateError } from '../errors';
import { problemsIn } from '../errors/problems';
import type { Decision } from './decision';
import { artifactHashes, type Manifest, parseManifest } from './manifest';
import { factsSchema, parseReleaseFile, type ReleaseFile } from './release-file';

/** Of an in-toto statement (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md). */
export const STATEMENT = 'https://in-toto.io/Statement/v1';
export const PREDICATE = 'https://github.com/release-gate/n8n-nodes-release-gate/release/v1';
/** Of the envelope around a signed one (https://github.com/secure-systems-lab/dsse/blob/master/envelope.md). */
export const PAYLOAD = 'application/vnd.in-toto+json';

const statementSchema = z.object({
	_type: z.literal(STATEMENT),
	subject: z.array(z.object({ name: z.string(), digest: z.record(z.string(), z.string()) })).min(1),
	predicateType: z.literal(PREDICATE),
	predicate: z.object({ release: z.record(z.string(), z.unknown()) }).passthrough(),
});

interface Subject {
	readonly name: string;
	readonly digest: Readonly<Record<string, string>>;
}

/** A release as an in-toto statement: what ships, by digest; what it was made of; who approved; what the gate said. */
export interface Statement {
	readonly _type: typeof STATEMENT;
	readonly subject: readonly Subject[];
	readonly predicateType: typeof PREDICATE;
	readonly predicate: Readonly<Record<string, unknown>>;
}

/** What a release ships, by the digest of each part; of a commit, the commit itself. */
export function subjectsOf(manifest: Manifest): readonly Subject[] {
	const shipped = Object.entries(artifactHashes(manifest)).sort(([a], [b]) => (a < b ? -1 : 1));
	return shipped.map(([name, hash]): Subject => ({
		name: `${manifest.id}/${name}`,
		digest: name === 'commit' ? { gitCommit: hash } : { sha256: hash.replace(/^v2:/, '') },
	}));
}

/** Builds the statement. `head` is the signed head of the ledger's chain, which ties it to its history. */
export function statementOf(
	{ manifest, observed, evidence, approvals, debts, migrations, facts }: ReleaseFile,
	decision: Decision,
	head: object,
): Statement {
	return {
		_type: STATEMENT,
		subject: subjectsOf(manifest),
		predicateType: PREDICATE,
		predicate: {
			policy: { name: decision.policy, version: decision.policyVersion },
			decision: {
				decision: decision.decision,
				sentence: decision.sentence,
				class: decision.classification.riskClass,
				at: decision.decidedAt,
				checks: decision.checks.map(({ id, status, reason }) => ({ id, status, reason })),
			},
			materials: manifest.changes.map(({ id, author, reference }) => ({
				id,
				author,
				...(reference === undefined ? {} : { uri: reference }),
			})),
			approvals,
			head,
			release: {
				manifest,
				observed,
				evidence,
				approvals,
				debts,
				migrations: { expansions: migrations.expansions, reads: migrations.reads },
				facts: factsSchema.strip().parse(facts),
			},
		},
	};
}

/** Whether a document is a statement or an envelope around one. */
export const isStatement = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && ('_type' in value || 'payloadType' in value);

const envelopeSchema = z.object({ payloadType: z.literal(PAYLOAD), payload: z.string() });

/** The statement in an envelope, or as it is; its signature is not looked at. */
function opened(value: unknown): unknown {
	const envelope = envelopeSchema.safeParse(value);
	if (!envelope.success) return value;
	try {
		return JSON.parse(Buffer.from(envelope.data.payload, 'base64').toString('utf8'));
	} catch {
		return null;
	}
}

/**
 * The release that a statement speaks of, with the evidence and approvals it carries, to be decided upon again. Its
 * subjects must be what the manifest ships.
 *
 * @throws `statement-unreadable`, `statement-other-subjects`, and what {@link parseReleaseFile} throws
 */
export function releaseIn(value: unknown): ReleaseFile {
	const parsed = statementSchema.safeParse(opened(value));
	if (!parsed.success) throw gateError('statement-unreadable', problemsIn(parsed.error.issues, 'statement'));
	const { subject, predicate } = parsed.data;
	const release = parseReleaseFile(predicate.release);
	const own = JSON.stringify(subjectsOf(parseManifest(predicate.release['manifest'])));
	if (JSON.stringify(subject) !== own)
		throw gateError('statement-other-subjects', { release: release.manifest.id });
	return release;
}
