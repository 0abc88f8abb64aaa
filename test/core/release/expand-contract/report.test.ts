import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { postgresParser } from '../../../../adapters/sql/parser';
import { sha256 } from '../../../../core/delivery/canonical';
import { evaluateRelease } from '../../../../core/release/self-test';
import { evidenceOf } from '../../../../core/release/machines/report';
import { lintSql } from '../../../../app/release/lint-sql';
import type { GateInput } from '../../../../core/release/decision';
import type { Expansion } from '../../../../core/release/expand-contract/pairing';
import type { ReadCount } from '../../../../core/release/expand-contract/reads';
import { contractReport } from '../../../../core/release/expand-contract/report';
import { overridePolicy } from '../../../../core/release/policy/override';
import type { Manifest } from '../../../../core/release/manifest';
import { FRIDAY, preset, shippable } from '../../../support/release';

const policy = preset('weekly-software-release');
const day = 86_400_000;
const pair = { contracts: 'users.email', expandedBy: 'r-0', replacedBy: 'users.email_address' };
const expanded: Expansion = {
	release: 'r-0',
	stage: 'stable',
	stable: true,
	expands: ['function sync', 'trigger sync on users', 'users.email_address', 'users.plan'],
	fills: [],
};
const zero: ReadCount = {
	name: 'users.email',
	what: 'reads',
	value: 0,
	window: 'P7D',
	at: FRIDAY - 3_600_000,
	source: 'Datadog',
};

/** A release that takes away what the SQL says, with everything else in order. */
async function contracting(
	sql: string,
	change: Partial<Manifest> = {},
	trail: { expansions?: readonly Expansion[]; reads?: readonly ReadCount[] } = {},
): Promise<GateInput> {
	const good = shippable(policy, { artifacts: { sql: sha256(sql), flags: 'f'.repeat(64) }, ...change });
	const lint = await lintSql(policy, good.manifest, postgresParser, sql);
	const migration = lint.migration ?? null;
	const evidence = [
		...good.evidence.filter(({ check }) => check !== 'migrations-additive'),
		...evidenceOf(policy, good.manifest, lint, FRIDAY - 60_000),
	];
	const { expansions = [expanded], reads = [zero] } = trail;
	return { ...good, evidence, migrations: { migration, expansions: [...expansions], reads: [...reads] } };
}

const held = (input: GateInput): string[] =>
	evaluateRelease(input)
		.checks.filter(({ status }) => status === 'fail' || status === 'unknown')
		.map(({ id, status, reason }) => `${id} ${status}: ${reason}`);

const drop = 'ALTER TABLE users DROP COLUMN email;';
const paired = { migrations: [pair] };

describe('a contract', () => {
	it('ships when the expand half is stable and nothing reads the old column', async () => {
		const input = await contracting(drop, paired);
		expect(held(input)).toEqual([]);
		const reasons = new Map(evaluateRelease(input).checks.map(({ id, reason }) => [id, reason]));
		expect(reasons.get('migrations-additive')).toContain('contract-expanded and contract-unread judge');
		expect(reasons.get('contract-expanded')).toContain('r-0 added users.email_address and is stable');
		expect(reasons.get('contract-unread')).toContain('Datadog counted no reads of users.email in P7D');
	});

	const unstable = { ...expanded, stage: 'monitoring' as const, stable: false };
	it.each<[string, Partial<Manifest>, Parameters<typeof contracting>[2], RegExp]>([
		['is named by nobody', {}, {}, /contract-expanded fail: .*users.email \(line 1\) is dropped, and no/],
		['is paired with an unknown release', paired, { expansions: [] }, /unknown: .*r-0 is no earlier/],
		['is paired with itself', { migrations: [{ ...pair, expandedBy: 'r-1' }] }, {}, /r-1 is no earlier/],
		['was expanded by one not stable', paired, { expansions: [unstable] }, /fail: .*monitoring, not stable/],
		[
			'is paired with a release that added something else',
			{ migrations: [{ ...pair, replacedBy: 'users.mail' }] },
			{},
			/fail: .*r-0 did not add users.mail/,
		],
		[
			'is paired with a migration nobody read',
			paired,
			{ expansions: [{ ...expanded, expands: null }] },
			/unknown: .*nobody recorded what the migration of r-0 adds/,
		],
		['was counted by nobody', paired, { reads: [] }, /contract-unread unknown: .*Nobody counted/],
		[
			'is read',
			paired,
			{ reads: [{ ...zero, value: 3 }] },
			/contract-unread fail: .*Datadog counted 3 reads/,
		],
		['was counted too short', paired, { reads: [{ ...zero, window: 'P6D' }] }, /over P6D; .*asks for P7D/],
		['was counted too long ago', paired, { reads: [{ ...zero, at: FRIDAY - day - 1 }] }, /older than P1D/],
		['was counted in the future', paired, { reads: [{ ...zero, at: FRIDAY + 1 }] }, /dated in the future/],
		['has a count of another column', paired, { reads: [{ ...zero, name: 'users.mail' }] }, /Nobody counted/],
		[
			'has a count of nulls only',
			paired,
			{ reads: [{ ...zero, what: 'nulls' }] },
			/Nobody counted the reads/,
		],
		[
			'was read by the newest count',
			paired,
			{ reads: [zero, { ...zero, value: 1, at: zero.at + 1 }] },
			/1 r/,
		],
		['was read by one of two at once', paired, { reads: [{ ...zero, value: 1 }, zero] }, /counted 1 reads/],
	])('is held when it %s', async (_what, change, trail, reason) => {
		const input = await contracting(drop, change, trail);
		expect(held(input)).toEqual([expect.stringMatching(reason)]);
		expect(evaluateRelease(input).next).not.toBe('');
	});

	it('is held by the lint when it takes along what nobody named', async () => {
		const input = await contracting('ALTER TABLE users DROP COLUMN email CASCADE;', paired);
		expect(held(input)).toEqual([expect.stringMatching(/migrations-additive fail: .*drops column email/)]);
	});

	it('needs no word of the manifest when the earlier migration filled the new column from the old', async () => {
		const fills = [{ column: 'users.email_address', from: ['users.email'] }];
		const input = await contracting(drop, {}, { expansions: [{ ...expanded, fills }] });
		expect(held(input)).toEqual([]);
	});

	it.each([
		['DROP TABLE old_users;', 'old_users'],
		['ALTER TABLE users RENAME COLUMN email TO mail;', 'users.email'],
		['ALTER TABLE users RENAME TO people;', 'users'],
		['ALTER TABLE users ALTER COLUMN email TYPE varchar(40);', 'users.email'],
		['DROP VIEW old_users;', 'old_users'],
	])('%s needs its expansion and no reads of %s', async (sql, name) => {
		const change = { migrations: [{ ...pair, contracts: name }] };
		const reads = [{ ...zero, name }];
		expect(held(await contracting(sql, change, { reads }))).toEqual([]);
		expect(held(await contracting(sql, {}, { reads }))).toEqual([expect.stringMatching(/contract-expanded/)]);
		expect(held(await contracting(sql, change, { reads: [] }))).toEqual([
			expect.stringMatching(/contract-unread/),
		]);
	});

	it('to NOT NULL needs the column to be new and no nulls to be written, not that nobody reads it', async () => {
		const sql = 'ALTER TABLE users ALTER COLUMN plan SET NOT NULL;';
		const nulls = { ...zero, name: 'users.plan', what: 'nulls' as const };
		expect(held(await contracting(sql, {}, { reads: [nulls] }))).toEqual([]);
		expect(held(await contracting(sql, {}, { reads: [{ ...nulls, value: 2 }] }))).toEqual([
			expect.stringMatching(/contract-unread fail: .*Datadog counted 2 nulls in users.plan/),
		]);
		expect(held(await contracting(sql, {}, { reads: [{ ...nulls, what: 'reads' }] }))).toEqual([
			expect.stringMatching(/Nobody counted the nulls/),
		]);
	});

	it('may drop the trigger that kept both in step, with the old column and only with it', async () => {
		const trigger = 'DROP TRIGGER sync ON users; DROP FUNCTION sync();';
		expect(held(await contracting(trigger + drop, paired))).toEqual([]);
		expect(held(await contracting(trigger, paired))).toEqual([
			expect.stringMatching(/contract-expanded fail: .*trigger sync on users .* served nothing/),
		]);
		expect(held(await contracting(`DROP TRIGGER other ON users; ${drop}`, paired))).toHaveLength(1);
	});

	it('counts every table and column it takes away', async () => {
		const sql = `${drop} DROP TABLE old_users;`;
		const both = [pair, { contracts: 'public.old_users', expandedBy: 'r-0' }];
		expect(held(await contracting(sql, { migrations: both }))).toEqual([
			expect.stringMatching(/contract-unread unknown: .*Nobody counted the reads of old_users/),
		]);
		const reads = [zero, { ...zero, name: 'public.old_users' }];
		expect(held(await contracting(sql, { migrations: both }, { reads }))).toEqual([]);
		expect(held(await contracting(sql, { migrations: [pair] }, { reads }))).toHaveLength(1);
		const [old, ahead] = [FRIDAY - day - 1, FRIDAY + 1].map((at) => [
			{ ...zero, at },
			{ ...zero, name: 'old_users' },
		]);
		expect(held(await contracting(sql, { migrations: both }, { reads: old }))).toEqual([
			expect.stringMatching(/contract-unread unknown: .*older than P1D/),
		]);
		expect(held(await contracting(sql, { migrations: both }, { reads: ahead }))).toEqual([
			expect.stringMatching(/contract-unread unknown: .*dated in the future/),
		]);
	});

	it('does not stand on its own release, whatever is said of that one', async () => {
		const own = { ...expanded, release: 'r-1' };
		const change = { migrations: [{ ...pair, expandedBy: 'r-1' }] };
		expect(held(await contracting(drop, change, { expansions: [own] }))).toEqual([
			expect.stringMatching(/contract-expanded unknown: .*r-1 is no earlier release/),
		]);
	});
});

describe('holds', () => {
	it('when nobody recorded the lint, or recorded that of other SQL', async () => {
		const input = await contracting(drop, paired);
		const { migrations } = input;
		const other = migrations.migration && { ...migrations.migration, hash: '9'.repeat(64) };
		for (const migration of [null, other])
			expect(held({ ...input, migrations: { ...migrations, migration } })).toHaveLength(2);
	});

	it('when somebody answers in the place of the tracking', async () => {
		const input = await contracting(drop, {}, { reads: [] });
		const planted = ['contract-expanded', 'contract-unread'].map((check) => ({
			check,
			status: 'pass' as const,
			by: { machine: 'expand-contract' as const },
			at: FRIDAY,
			artifact: 'sql' as const,
			hash: sha256(drop),
			grounds: 'Planted.',
		}));
		expect(held({ ...input, evidence: [...input.evidence, ...planted] })).toHaveLength(2);
	});

	it('when the policy stopped asking after the lint left the contract to it', async () => {
		const input = await contracting(drop, {}, { reads: [] });
		for (const check of [
			{ id: 'contract-expanded', appliesTo: { kinds: ['hotfix'] } },
			{ id: 'contract-unread', phase: 'after' },
		]) {
			const lax = overridePolicy(policy, { checks: [check] });
			expect(held({ ...input, policy: lax })).toEqual(
				expect.arrayContaining([expect.stringMatching(/contract-judged fail: .*takes away users.email/)]),
			);
			const lint = await lintSql(lax, input.manifest, postgresParser, drop);
			expect(lint.answers).toMatchObject([{ check: 'migrations-additive', status: 'fail' }]);
		}
	});

	it('whatever is removed, aged or spoiled of what a contract stands on', async () => {
		const good = await contracting(drop, paired);
		expect(held(good)).toEqual([]);
		const arbitrary = fc.record({
			expansion: fc.option(
				fc.record({
					release: fc.constantFrom('r-0', 'r-1', 'r-7'),
					stage: fc.constantFrom('draft', 'deploying', 'monitoring', 'stable', 'rolled-back', 'closed'),
					stable: fc.boolean(),
					expands: fc.option(fc.subarray(['users.email_address', 'users.other']), { nil: null }),
				}),
				{ nil: undefined },
			),
			read: fc.option(
				fc.record({
					name: fc.constantFrom('users.email', 'users.email_address', 'users'),
					what: fc.constantFrom('reads', 'nulls'),
					value: fc.constantFrom(0, 0, 0, 1, 1_000),
					window: fc.constantFrom('PT1H', 'P6D', 'P7D', 'P2W'),
					at: fc.integer({ min: FRIDAY - 3 * day, max: FRIDAY + day }),
				}),
				{ nil: undefined },
			),
			declared: fc.constantFrom(undefined, pair, { ...pair, contracts: 'users.other' }),
		});
		await fc.assert(
			fc.asyncProperty(arbitrary, async ({ expansion, read, declared }) => {
				const input = await contracting(drop, declared ? { migrations: [declared] } : {}, {
					expansions: expansion ? [{ ...expansion, fills: [] }] : [],
					reads: read ? [{ ...read, source: 'Datadog' }] : [],
				});
				const fine =
					declared === pair &&
					expansion?.release === 'r-0' &&
					expansion.stable &&
					expansion.expands?.includes('users.email_address') === true &&
					read?.name === 'users.email' &&
					read.what === 'reads' &&
					read.value === 0 &&
					['P7D', 'P2W'].includes(read.window) &&
					read.at <= FRIDAY &&
					FRIDAY - read.at <= day;
				expect(evaluateRelease(input).decision).toBe(fine ? 'ship' : 'hold');
			}),
			{ numRuns: 300 },
		);
	});
});

it('says nothing is taken away when the migration is additive, with no counts at all', async () => {
	const input = await contracting('ALTER TABLE users ADD COLUMN a text;', {}, { expansions: [], reads: [] });
	expect(held(input)).toEqual([]);
	const { answers } = contractReport(policy, input.manifest, input.migrations, FRIDAY);
	expect(answers.map(({ grounds }) => grounds)).toEqual([
		'The migration takes nothing away.',
		'The migration takes nothing away.',
	]);
});
