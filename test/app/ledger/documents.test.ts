import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lastExamination } from '../../../app/doctor';
import { approvalsFor, evidenceFor, findRelease, policyOf, rollbackInProgress } from '../../../app/release';
import { releasedOf } from '../../../app/release/released';
import { rehearsedIn } from '../../../app/release/rehearsed';
import type { RecordKind } from '../../../app/ledger/records';
import { loadSnapshot } from '../../../app/snapshot/store';
import { loadJournal } from '../../../app/snapshot/journal';
import { rollbackOrder } from '../../../app/watch';
import { askedBy } from '../../../app/watch/asked';
import { trailOf } from '../../../app/watch/trail';
import { takeStretch } from '../../../app/watch/stretch';
import { lookSchema } from '../../../core/stability/documents';
import { serviceFixture, SUBJECT, type ServiceFixture } from '../../support/release-service';

/** A kind of record, where a damaged one lies, and what reads it. */
type Case = readonly [
	kind: RecordKind,
	id: string,
	parent: string | null,
	read: (fixture: ServiceFixture) => Promise<unknown>,
];

const cases: Case[] = [
	['release', 'r-1', null, ({ ports }) => findRelease(ports, 'r-1')],
	['evidence', 'e-1', 'r-1', ({ ports }) => evidenceFor(ports, 'r-1')],
	['approval', 'a-1', 'r-1', ({ ports }) => approvalsFor(ports, 'r-1')],
	['policy', SUBJECT, null, ({ ports }) => policyOf(ports, SUBJECT)],
	['verdict', 'v-1', 'r-1', ({ ledger }) => trailOf({ ledger }, 'r-1')],
	['rollback', 'r-1/order', 'r-1', ({ ledger }) => rollbackOrder({ ledger }, 'r-1')],
	['rollback', 'r-1/order', 'r-1', ({ ports }) => rollbackInProgress(ports, SUBJECT)],
	['released', SUBJECT, null, ({ ports }) => releasedOf(ports, SUBJECT)],
	['rehearsal', `${SUBJECT}/dry-run:a`, null, ({ ports }) => rehearsedIn(ports, SUBJECT, 'dry-run:a')],
	['examination', 'installation', null, ({ ledger }) => lastExamination({ ledger })],
	['asked', 'w-1', null, ({ ledger }) => askedBy(ledger, ['w-1'], Date.now())],
	['snapshot', 's-1', null, ({ ledger }) => loadSnapshot({ ledger } as never, 's-1')],
	['journal', 'r-1/apply', null, ({ ledger }) => loadJournal({ ledger } as never, 'r-1')],
	[
		'trigger',
		't-1',
		null,
		({ ledger, clock }) =>
			takeStretch({
				ledger,
				trigger: 't-1',
				emitted: {},
				restarted: false,
				now: clock.at,
				read: async () => [],
			}),
	],
];

it('keeps everything that a look was written with', () => {
	const memory = { score: 1, seen: { bad: 1, total: 2 }, spent: 0.1, rate: 0.2 };
	const finding = { id: 'f', effect: 'fine', sentence: 's', confirm: true, memory };
	const verdict = {
		verdict: 'stable',
		sentence: 's',
		findings: [finding],
		nextLookAt: 2,
		release: 'r',
		at: 1,
	};
	const look = { at: 1, verdict, errorBudget: 'healthy', mark: { position: 1, hash: 'h' } };
	expect(lookSchema.parse(look)).toEqual(look);
	const before = { ...look, verdict: { ...verdict, findings: [{ ...finding, memory: { sum: 3 } }] } };
	expect(lookSchema.parse(before).verdict?.findings).toEqual([{ ...finding, memory: undefined }]);
});

describe('a document that somebody changed by hand', () => {
	let fixture: ServiceFixture;

	beforeAll(async () => {
		fixture = await serviceFixture();
		const records = new Map(cases.map(([kind, id, parent]) => [`${kind} ${id}`, { kind, id, parent }]));
		await fixture.ledger.records.write(
			[...records.values()].map((record) => ({
				...record,
				spine: SUBJECT,
				body: { changed: 'by hand', at: 'noon' },
				expectedRevision: 0,
			})),
			[],
		);
	});

	afterAll(() => fixture.close());

	it.each(cases)(
		'of kind %s (%s) is refused by its name, and never taken for what it is not',
		async (...one) => {
			const [kind, id, , read] = one;
			await expect(read(fixture)).rejects.toMatchObject({
				code: 'ledger-record-unreadable',
				message: expect.stringContaining(`The ${kind} ${id} in the ledger cannot be read; `),
			});
		},
	);
});
