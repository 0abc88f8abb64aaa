import { expect, it } from '@jest/globals';
import {
	auditWorkflow,
	parseAuditPolicy,
	parseWorkflow,
	type AuditPolicy,
	type AuditReport,
} from '../../../../core/audit';
import { STAND_INS } from '../../../../testbed/audit/spine';
import { SAFE, safeSpine } from '../../../../testbed/audit/safe';

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');

const audit = (name: string, given: AuditPolicy = policy): AuditReport =>
	auditWorkflow(parseWorkflow(safeSpine(SAFE[name] ?? []), name), { policy: given });

/** Joined with a declaration that a mend printed, word for word. */
const declared = (printed: string): AuditPolicy => {
	const { hosts = [], nodes = [] } = JSON.parse(printed) as { hosts?: object[]; nodes?: object[] };
	return parseAuditPolicy({ hosts: [...STAND_INS.hosts, ...hosts], nodes }, 'the mend');
};

const names = Object.keys(SAFE);
const proven = names.filter((name) => audit(name).verdict === 'proven');
const rest = names.filter((name) => !proven.includes(name));

it('holds sixty spines at least, nine of ten proven as they are', () => {
	expect(names.length).toBeGreaterThanOrEqual(60);
	expect(rest.length).toBeLessThanOrEqual(names.length / 10);
	expect(rest).toMatchInlineSnapshot(`
		[
		  "a feed before Due Deliveries",
		  "an own API asked by GET",
		  "an own API asked by POST",
		  "somebody's node",
		  "a SELECT of one row behind the claim",
		  "an own mail gateway",
		]
	`);
});

it.each(rest)('%s: proven with the one declaration that its mend prints', (name) => {
	const mends = audit(name).violations.flatMap(
		({ mend }) => / The declaration: (\{.*\})$/s.exec(mend)?.[1] ?? [],
	);
	expect(new Set(mends).size).toBe(1);
	const after = audit(name, declared(mends[0] ?? '{}'));
	expect(after.violations).toEqual([]);
	expect(after.verdict).toBe('proven');
	expect(after.cover.assumptions.some((sentence) => sentence.includes('declared'))).toBe(true);
});

it.each(proven)('%s: proven, its send named with its recipient', (name) => {
	const { cover } = audit(name);
	expect(cover.sends.filter(({ guarded }) => guarded)).toHaveLength(1);
	expect(cover.sends.every(({ recipients }) => recipients.length > 0)).toBe(true);
});
