/** Attacks on Claim Key through what items and parameters hold: what is to happen once would happen twice, or be lost. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { ownUserFolder, send, single, workflow } from '../kit/spine';
import { claimKey, completeKey, firsts, giveKeyBack, reasons, states } from './key-nodes';

/** Stands for a node that answers each item with this json. */
const answering = (json: string) => ({
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `return $input.all().map((item, i) => ({ json: ${json}, pairedItem: { item: i } }))`,
	},
});

let home: ReturnType<typeof ownUserFolder>;
beforeEach(() => {
	home = ownUserFolder();
});
afterEach(async () => await home.remove());

describe('the name of a key', () => {
	it.each([
		['a number and its text', 5, '5'],
		['blanks around it', 'evt', ' evt\t'],
		['composed and decomposed', '\u00e9', 'e\u0301'],
		['a negative zero', 0, -0],
	])('is one for %s: the second is held', async (_what, one, other) => {
		const both = await runWorkflow(single(claimKey({ compare: 'off' })), {
			triggerItems: [{ id: one }, { id: other }],
		});
		expect(firsts(both)).toHaveLength(1);
		expect(reasons(both)).toEqual(['once-twice-in-batch']);
		const later = await runWorkflow(single(claimKey({ compare: 'off' })), { triggerItems: [{ id: other }] });
		expect(firsts(later)).toEqual([]);
	});

	it.each([
		['case', 'evt_A', 'evt_a'],
		['what stands inside', 'a b', 'a  b'],
		['letters of another script', 'a', '\u0430'],
	])('differs by %s: both are done', async (_what, one, other) => {
		const both = await runWorkflow(single(claimKey()), { triggerItems: [{ id: one }, { id: other }] });
		expect(firsts(both)).toHaveLength(2);
	});

	it.each([
		['null', null],
		['true', true],
		['a fraction', 1.5],
		['a number that JSON cannot hold exactly', Number('9007199254740993')],
		['an object', { a: 1 }],
		['a list', ['a']],
		['a zero-width space', 'a\u200bb'],
		['half of a pair', 'a\ud800'],
		['too long', 'x'.repeat(600)],
	])('is never guessed: %s is held, and nothing is claimed', async (_what, id) => {
		const run = await runWorkflow(single(claimKey()), { triggerItems: [{ id }] });
		expect(firsts(run)).toEqual([]);
		expect(run.json('Node', 2)).toEqual([]);
		expect(run.json('Node', 0)).toHaveLength(1);
		expect(await states()).toEqual([]);
	});

	it('of several parts is not one of other parts that read the same', async () => {
		const run = await runWorkflow(single(claimKey({ key: 'a, b', compare: 'off' })), {
			triggerItems: [
				{ a: 'x:y', b: 'z' },
				{ a: 'x', b: 'y:z' },
				{ a: 'x%3Ay', b: 'z' },
			],
		});
		expect(firsts(run)).toHaveLength(3);
	});
});

describe('the scope', () => {
	const each = claimKey({ scope: '={{ $json.shop }}', compare: 'off' });

	it('that an expression gives is that of each item, not of the first', async () => {
		const flow = workflow({ Claim: each, Send: send, Complete: completeKey() }, [
			['Start', 'Claim'],
			['Claim', 'Send', 1],
			['Send', 'Complete'],
		]);
		const items = [
			{ id: 7, shop: 'north' },
			{ id: 7, shop: 'south' },
		];
		const run = await runWorkflow(flow, { triggerItems: items });
		expect(firsts(run, 'Claim').map(({ keyClaim }) => (keyClaim as { scope: string }).scope)).toEqual([
			'north',
			'south',
		]);
		expect([await states('north'), await states('south')]).toEqual([['7 done'], ['7 done']]);
		const again = await runWorkflow(flow, { triggerItems: [...items].reverse() });
		expect(again.json('Claim', 2).map(({ shop }) => shop)).toEqual(['south', 'north']);
	});

	it('is evaluated for each item where it is more than a field', async () => {
		const computed = single(claimKey({ scope: '={{ "shop-" + $json.shop.toLowerCase() }}' }));
		const run = await runWorkflow(computed, {
			triggerItems: [
				{ id: 1, shop: 'A' },
				{ id: 1, shop: 'B' },
			],
		});
		expect(firsts(run).map(({ keyClaim }) => (keyClaim as { scope: string }).scope)).toEqual([
			'shop-a',
			'shop-b',
		]);
	});

	it('that an item does not have holds this item, and no scope is put in its place', async () => {
		const run = await runWorkflow(single(each), { triggerItems: [{ id: 1 }, { id: 2, shop: 'north' }] });
		expect(firsts(run).map(({ id }) => id)).toEqual([2]);
		expect(reasons(run)).toEqual(['once-key-unusable']);
		expect(await states('in-process')).toEqual([]);
	});

	it('is one under names that look the same, and another under another case', async () => {
		const claim = async (scope: string) =>
			firsts(await runWorkflow(single(claimKey({ scope })), { triggerItems: [{ id: 1 }] })).length;
		expect([await claim('caf\u00e9'), await claim(' cafe\u0301 ')]).toEqual([1, 0]);
		expect(await claim('Caf\u00e9')).toBe(1);
		const hidden = single(claimKey({ scope: 'caf\u00e9\u200b' }));
		expect((await runWorkflow(hidden, { triggerItems: [{ id: 1 }] })).error).toBeDefined();
	});
});

describe('the content', () => {
	const chain = workflow(
		{
			Order: claimKey({ scope: 'order' }),
			Mail: claimKey({ scope: 'mail' }),
			Complete: completeKey({ scope: 'mail' }),
			Back: giveKeyBack({ scope: 'order', happened: 'no' }),
		},
		[
			['Start', 'Order'],
			['Order', 'Mail', 1],
			['Mail', 'Complete', 1],
			['Complete', 'Back', 1],
			['Mail', 'Back', 2],
		],
	);

	it('does not count what an earlier claim put on the item: its token is another each time', async () => {
		const triggerItems = [{ id: 'a', amount: 1 }];
		await runWorkflow(chain, { triggerItems });
		expect([await states('order'), await states('mail')]).toEqual([['a free'], ['a done']]);
		const again = await runWorkflow(chain, { triggerItems });
		expect(firsts(again, 'Order')).toHaveLength(1);
		expect(reasons(again, 'Mail')).toEqual([]);
		expect(again.json('Mail', 2)).toMatchObject([{ id: 'a' }]);
	});

	it('counts a field of the user that is only called like one of ours', async () => {
		const claim = async (keyClaim: IDataObject) =>
			await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a', keyClaim }] });
		await claim({ mine: 1 });
		expect(reasons(await claim({ mine: 2 }))).toEqual(['once-other-content']);
	});
});

describe('the end', () => {
	it('is not recorded of an item that holds the failure of its node', async () => {
		const failed = workflow(
			{
				Claim: claimKey(),
				Call: answering("{ error: { message: 'Request failed with status code 422', httpCode: '422' } }"),
				Complete: completeKey(),
			},
			[
				['Start', 'Claim'],
				['Claim', 'Call', 1],
				['Call', 'Complete'],
			],
		);
		const run = await runWorkflow(failed, { triggerItems: [{ id: 'a' }] });
		expect(run.json('Complete', 1)).toEqual([]);
		expect(reasons(run, 'Complete')).toEqual(['once-work-failed']);
		expect(await states()).toEqual(['a claimed']);
	});

	it.each(['{ error: null, id: 1 }', '{ error: false }', "{ error: '' }", '{ errors: [] }', '{ error: {} }'])(
		'is recorded of an answer that says there was no error: %s',
		async (answer) => {
			const flow = workflow({ Claim: claimKey(), Call: answering(answer), Complete: completeKey() }, [
				['Start', 'Claim'],
				['Claim', 'Call', 1],
				['Call', 'Complete'],
			]);
			await runWorkflow(flow, { triggerItems: [{ id: 'a' }] });
			expect(await states()).toEqual(['a done']);
		},
	);

	it('by an expression is what it says of each item, not of the first', async () => {
		const flow = workflow(
			{
				Claim: claimKey(),
				Call: answering('{ sure: i === 0 }'),
				Back: giveKeyBack({ happened: "={{ $json.sure ? 'no' : 'unknown' }}" }),
			},
			[
				['Start', 'Claim'],
				['Claim', 'Call', 1],
				['Call', 'Back'],
			],
		);
		await runWorkflow(flow, { triggerItems: [{ id: 'a' }, { id: 'b' }] });
		expect(await states()).toEqual(['a free', 'b in-doubt']);
	});

	it('is refused to a stranger, also one who names the key', async () => {
		const [granted] = firsts(await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] }));
		const { token } = granted?.keyClaim as { token: number };
		for (const other of [token - 1, token + 1]) {
			const forged = { keyClaim: { scope: 'orders', key: 'a', token: other } };
			const run = await runWorkflow(single(completeKey()), { triggerItems: [forged] });
			expect(reasons(run)).toEqual(['once-lease-lost']);
		}
		const named = completeKey({ which: 'named', namedScope: 'orders', namedKey: 'a' });
		expect(reasons(await runWorkflow(single(named), {}))).toEqual(['once-not-in-doubt']);
		expect(await states()).toEqual(['a claimed']);
	});

	it('that comes after a give-back, or a give-back after the end, changes nothing', async () => {
		const [a] = firsts(await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'a' }] }));
		await runWorkflow(single(giveKeyBack({ happened: 'no' })), { triggerItems: [a!] });
		const late = await runWorkflow(single(completeKey()), { triggerItems: [a!] });
		expect(reasons(late)).toEqual(['once-lease-lost']);
		const [b] = firsts(await runWorkflow(single(claimKey()), { triggerItems: [{ id: 'b' }] }));
		await runWorkflow(single(completeKey()), { triggerItems: [b!] });
		const back = await runWorkflow(single(giveKeyBack({ happened: 'no' })), { triggerItems: [b!] });
		expect(reasons(back)).toEqual(['once-already-done']);
		expect(await states()).toEqual(['a free', 'b done']);
	});
});
