import { IANAZone } from 'luxon';
import { gateError } from '../../core/errors';
import { decide } from '../../core/release/decision';
import { assertMayAnnounce, internalNotes, publicNotes } from '../../core/release/notes';
import { type Giver, giverText } from '../../core/release/people';
import { inputFor } from './evaluate';
import { knownRelease, releaseEvent, updateRelease, type ServicePorts } from './store';

export interface NotesRequest {
	/** `policy`: what the policy's notes are for. `public` notes under a quiet policy are refused. */
	readonly audience: 'policy' | 'internal' | 'public';
	/** Zone of the date at the head of public notes. */
	readonly timeZone: string;
	/** The written account a hotfix owes: what happened, why, what was done. At least 50 characters. */
	readonly account?: string;
	/** Who gives the account; nobody in particular if absent. */
	readonly giver?: Giver;
}

export interface WrittenNotes {
	readonly audience: 'internal' | 'public';
	readonly markdown: string;
	/** Whether the account of a hotfix is thereby given. */
	readonly documented: boolean;
}

const leastAccount = 50;

/**
 * Writes the notes of a release from its manifest and evidence: the second doctrine's template for users, or a quiet
 * internal account. An `account` settles what a hotfix owes after the fact, once it has shipped.
 *
 * @throws `release-unknown`, `announcement-refused`, `parameter-unreadable`
 */
export async function writeNotes(
	ports: ServicePorts,
	id: string,
	request: NotesRequest,
	by: string,
): Promise<WrittenNotes> {
	const release = await knownRelease(ports, id);
	const { manifest, shippedAt } = release.body;
	const input = await inputFor(ports, release, {});
	const audience = request.audience === 'policy' ? input.policy.notes.audience : request.audience;
	if (audience === 'public') assertMayAnnounce(input.policy, input.policy.notes.publishTo ?? 'users');
	if (!IANAZone.isValidZone(request.timeZone))
		throw gateError('parameter-unreadable', {
			parameter: 'Time Zone',
			reason: `there is no zone ${request.timeZone}`,
		});
	const account = (request.account ?? '').trim();
	const notes =
		audience === 'public'
			? publicNotes(manifest, shippedAt ?? input.now, request.timeZone)
			: internalNotes(manifest, decide(input));
	const markdown = account === '' || audience === 'public' ? notes : `${notes}\n## Account\n${account}\n`;
	const { giver } = request;
	const author = account === '' || giver === undefined || giver.person === '' ? null : giver;
	const documents = manifest.kind === 'hotfix' && shippedAt !== null && account.length >= leastAccount;
	await updateRelease(ports, id, ({ body }) => {
		const next = documents ? { ...body, documentedAt: body.documentedAt ?? ports.now() } : body;
		return {
			body: next,
			events: [
				releaseEvent(
					'release.notes-written',
					next,
					`${audience === 'public' ? 'Public' : 'Internal'} notes of release ${id} written by ${author === null ? by : giverText(author)}.`,
					{
						by,
						audience,
						...(author === null ? {} : { person: author.person, accountId: author.account?.id ?? null }),
						...(documents ? { account } : {}),
					},
				),
			],
		};
	});
	return { audience, markdown, documented: documents };
}
