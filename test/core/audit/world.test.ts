import { beforeAll, describe, expect, it } from '@jest/globals';
import { ATTACKS } from '../../../testbed/audit/attacks';
import { attackTrial, type Outcome } from '../../../testbed/audit/attack-trial';
import { SAFE } from '../../../testbed/audit/safe';

/** A few of each class; `bench/audit/attacks.ts` runs them all and writes the table. */
const HARMFUL = [
	'does not lead the failure back',
	'Code that filters',
	'SMS by Twilio, which names no items',
	'Code for all items that throws on one',
	'Code for all items that names none',
	'WhatsApp, which names no items',
	'Outlook with its success for an id',
	'strict number in If',
	'sendMessage of Telegram',
	'an unknown host',
	'Code that doubles',
	'a Wait',
	'a provider that ignores keys',
	'On Error: continue',
	'the first claim for all',
	'pinned Send email',
	'a sticky note as a step',
	'a quote in a pattern',
	'Keep send',
];
/** Safe spines whose nodes come with n8n-nodes-base. */
const HARMLESS = [
	'the spine itself',
	'Anthropic by HTTP',
	'a loop over single items',
	'a Wait before the confirmation',
	'Code that maps',
	'Resend, retried with the key of the delivery',
	'SMS by Twilio in a loop',
	'WhatsApp in a loop',
	'Outlook',
	'Never Error with a rule',
];

let outcomes: readonly Outcome[] = [];
let safe: readonly Outcome[] = [];

beforeAll(async () => {
	const all = Object.values(ATTACKS).flat();
	outcomes = await attackTrial(all.filter(({ does }) => HARMFUL.includes(does)));
	safe = await attackTrial(
		HARMLESS.map((does) => ({ is: 0, does, changes: SAFE[does] ?? [], workflow: EMPTY })),
	);
}, 900_000);

const EMPTY = { name: 'not audited here', nodes: [], connections: {}, settings: {} };

describe('in n8n-core, with an account at every vendor', () => {
	it.each(HARMFUL)('%s: does harm, and is not proven', (does) => {
		const outcome = outcomes.find((one) => one.does === does);
		expect(outcome?.notRun).toBeUndefined();
		expect(outcome?.harms).not.toEqual([]);
		expect(outcome?.verdict).not.toBe('proven');
	});

	it.each(HARMLESS)('%s: sends to everybody once in every world, and leaves nothing open', (does) => {
		const outcome = safe.find((one) => one.does === does);
		expect(outcome?.notRun).toBeUndefined();
		expect(outcome?.harms).toEqual([]);
	});
});
