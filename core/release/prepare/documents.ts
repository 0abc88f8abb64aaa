import { z } from 'zod';
import { gateError } from '../../errors';
import { problemsIn } from '../../errors/problems';

/** A document that changes with a release. */
export interface ChangedDocument {
	/** Which one it is, e.g. `runbook`. */
	readonly kind: string;
	readonly link: string;
	/** SHA-256 of its bytes in lower-case hex, where a machine read it. */
	readonly sha256?: string;
}

/** What a person said of the documents that the policy asks for. */
export interface SaidOfDocuments {
	readonly documents: readonly ChangedDocument[];
	/** Why the others stay as they are; empty while nobody said. */
	readonly othersStayBecause: string;
}

const LINK = /^\s*([a-z][a-z0-9-]*)\s*:\s*(https?:\/\/\S+)\s*$/i;

/** What a machine found at a link, as the template *Read documents* gives it. */
const readSchema = z
	.object({
		link: z.string(),
		sha256: z
			.string()
			.regex(/^[0-9a-f]{64}$/, 'use a SHA-256 in lower-case hex')
			.optional(),
		/** Why it could not be read. */
		error: z.string().optional(),
	})
	.strip()
	.refine(({ sha256, error }) => (sha256 === undefined) !== (error === undefined), {
		message: 'give either sha256 or error',
	});

/**
 * Reads what a machine found at links. Nothing, where none was asked.
 *
 * @throws `documents-read-unreadable`, `prepare-document-unread` for the first link that it could not read
 */
export function documentHashes(value: unknown): ReadonlyMap<string, string> {
	const parsed = z.array(readSchema).safeParse(value ?? []);
	if (!parsed.success)
		throw gateError('documents-read-unreadable', problemsIn(parsed.error.issues, 'the list'));
	const unread = parsed.data.find(({ error }) => error !== undefined);
	if (unread) throw gateError('prepare-document-unread', { link: unread.link, reason: unread.error });
	return new Map(parsed.data.map(({ link, sha256 }) => [link, sha256 ?? '']));
}

/**
 * Lines such as `runbook: https://…` are links to documents that change, with their hash where a machine read them; the
 * rest says why the others stay. A hash that a person writes is part of no link, so it counts as words.
 */
export function documentsIn(text: string, hashes: ReadonlyMap<string, string> = new Map()): SaidOfDocuments {
	const lines = text.split('\n');
	const documents = lines.flatMap((line): ChangedDocument[] => {
		const [, kind, link] = LINK.exec(line) ?? [];
		if (kind === undefined || link === undefined) return [];
		const sha256 = hashes.get(link);
		return [{ kind: kind.toLowerCase(), link, ...(sha256 === undefined ? {} : { sha256 }) }];
	});
	const rest = lines.filter((line) => !LINK.test(line));
	return { documents, othersStayBecause: rest.join(' ').replace(/\s+/g, ' ').trim() };
}
