import { plain } from '../../core/delivery/json';
import { z } from 'zod';
import { digest } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import { problemsIn } from '../../core/errors/problems';
import { approvalSchema, personSchema, type Approval } from '../../core/release/evidence';
import { artifactHashes } from '../../core/release/manifest';
import { type Giver, giverText, isInvolved, looksAlike, mixesScripts } from '../../core/release/people';
import type { Policy } from '../../core/release/policy/schema';
import { policyOf } from './policies';
import { approvalsFor, knownRelease, releaseEvent, type ServicePorts } from './store';

const wordSchema = personSchema
	.extend({
		verdict: z.enum(['approved', 'rejected', 'withdrawn']),
		note: z.string().max(1000).optional(),
		/** Hash of the release the person was shown; the present one if absent. */
		hash: z.string().optional(),
	})
	.strict();

const said = { approved: 'approved', rejected: 'rejected', withdrawn: 'took back the word on' } as const;

/** Every role some approval rule of the policy asks for. */
const rolesOf = (policy: Policy): readonly string[] => {
	const rules = [
		...Object.values(policy.kinds).map(({ approval }) => approval),
		...Object.values(policy.approvalsByClass),
	];
	return [...new Set(rules.flatMap(({ anyOf, allOf }) => [...anyOf, ...allOf]))].sort();
};

/** A typed name that could be read as another one is no approver. Throws `approval-look-alike`. */
function assertNoDouble(word: Giver, approvals: readonly Approval[]): void {
	if (word.account !== undefined) return;
	const other = approvals.find(({ person }) => looksAlike(person, word.person))?.person;
	if (other !== undefined || mixesScripts(word.person))
		throw gateError('approval-look-alike', {
			person: word.person,
			like: other === undefined ? 'letters of two alphabets in one word' : `like ${other}`,
		});
}

/** What the forms say of an account that nobody gave a role. */
const NO_ROLE = 'none';

/**
 * Records one person's word for or against a release, bound to its present hash.
 *
 * @throws `approval-unreadable`, `release-unknown`, `approval-by-author`, `approval-look-alike`,
 * `approval-no-role`, `approval-role-unknown`, `approval-other-hash`
 */
export async function recordApproval(
	ports: ServicePorts,
	id: string,
	value: unknown,
	by: string,
): Promise<Approval> {
	const parsed = wordSchema.safeParse(value);
	if (!parsed.success) {
		throw gateError('approval-unreadable', problemsIn(parsed.error.issues, 'approval'));
	}
	const word = parsed.data;
	const { body } = await knownRelease(ports, id);
	const { policy } = await policyOf(ports, body.manifest.subject);
	const roles = rolesOf(policy);
	if (word.role === NO_ROLE)
		throw gateError('approval-no-role', { person: word.person, known: roles.join(', ') });
	if (!roles.includes(word.role))
		throw gateError('approval-role-unknown', { role: word.role, known: roles.join(', ') });
	if (word.verdict === 'approved') {
		assertNoDouble(word, await approvalsFor(ports, id));
		if (isInvolved(policy, body.manifest, word))
			throw gateError('approval-by-author', { person: word.person, release: id });
	}
	const present = artifactHashes(body.manifest).release ?? '';
	if (word.hash !== undefined && word.hash !== present)
		throw gateError('approval-other-hash', {
			release: id,
			given: word.hash.slice(0, 12),
			present: present.slice(0, 12),
		});
	const approval = approvalSchema.parse({ ...word, hash: present, at: ports.now() });
	await ports.ledger.records.write(
		[
			{
				kind: 'approval',
				id: `${id}:${digest(approval).slice(0, 24)}`,
				spine: body.manifest.subject,
				parent: id,
				body: plain(approval),
				expectedRevision: 0,
			},
		],
		[
			releaseEvent(
				`release.${approval.verdict}`,
				body,
				`${giverText(approval)} (${approval.role}) ${said[approval.verdict]} release ${id}.`,
				{
					by,
					person: approval.person,
					account: approval.account?.id ?? null,
					role: approval.role,
					hash: present,
				},
			),
		],
	);
	return approval;
}
