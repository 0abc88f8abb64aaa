import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { deskHtml, type DeskLinks, gatherDesk } from '../../../app/desk';
import { answersOf, headline } from '../../../core/desk/answers';
import { stores, type LedgerHouse } from '../../../testbed/databases/ledgers';
import { playCalm, playTrouble, sceneSlot, type SceneWorld } from '../../../testbed/desk/scene';

const links: DeskLinks = {
	forms: {
		release: '../form/release-a-change',
		approve: '../form/approve-a-change',
		rollBack: '../form/roll-back-a-release',
		act: '../form/act-on-a-spine',
	},
	report: 'release-report',
	self: '',
};

/** RG_DESK_PAGES keeps the pages of these tests in a folder, to be looked at. */
const keep = (name: string, markup: string): void => {
	const folder = process.env.RG_DESK_PAGES;
	if (folder === undefined) return;
	mkdirSync(folder, { recursive: true });
	writeFileSync(`${folder}/${name}.html`, markup);
};

describe.each(stores)('the desk on %s', (store, open) => {
	let house: LedgerHouse;
	let world: SceneWorld;

	beforeEach(async () => {
		const clock = { at: 0 };
		house = await open(clock);
		world = { ledger: await house.open(), clock };
	});
	afterEach(() => house.close());

	const gather = async (search?: string) =>
		await gatherDesk({ ledger: world.ledger, now: () => world.clock.at, workflows: null }, { search });
	const answer = (desk: Awaited<ReturnType<typeof gather>>, id: string): string =>
		answersOf(desk)
			.find((one) => one.id === id)
			?.lines.map(({ text }) => text)
			.join(' | ') ?? '';

	it('says that all is well when it is, and changes nothing', async () => {
		await playCalm(world);
		const before = await house.remains();
		const desk = await gather();
		expect(headline(desk).text).toBe('All is well.');
		expect(desk.alarms).toEqual([]);
		expect(answer(desk, 'live')).toContain(
			'content-delivery is live; nothing was released through the gate yet',
		);
		expect(answer(desk, 'stuck')).toBe('Nothing is stuck.');
		expect(answer(desk, 'act')).toBe('Nobody has to do anything.');
		const markup = deskHtml(desk, links);
		keep(`calm-${store}`, markup);
		expect(markup).toContain('690 sent');
		expect(markup).toContain('700 sent');
		expect(markup.length).toBeLessThan(60_000);
		if (store === 'postgres') expect(await house.remains()).toBe(before);
	});

	it('names each trouble in words, most urgent first, with who must act and the forms for it', async () => {
		await playTrouble(world);
		const desk = await gather();
		expect(desk.alarms.map(({ id, level }) => [id, level])).toEqual([
			['contacts-unread', 'trouble'],
			['failing', 'trouble'],
			['in-doubt', 'trouble'],
			['outbox-late', 'trouble'],
			['paused', 'warning'],
		]);
		expect(desk.alarms[1]?.sentence).toBe(
			`Most sends fail: 48 of 54 deliveries of slot ${sceneSlot(2).id} failed, most of them at the generator. “The generator did not answer (503).” All of them are tried again while the slot is open.`,
		);
		expect(answer(desk, 'held')).toContain(
			`12 of 69 recipients of content-delivery in slot ${sceneSlot(2).id}: The topic is missing (9), The contact opted out (3)`,
		);
		expect(answer(desk, 'held')).toContain('warmer-opening-3f2a: Held: ');
		expect(answer(desk, 'act')).toContain('Somebody must settle 1 delivery in doubt of content-delivery');
		expect(desk.spines.find(({ spine }) => spine === 'partner-news')?.pause).toMatchObject({
			by: 'ada@example.com',
			reason: 'the partner changes its address',
		});
		const markup = deskHtml(desk, links);
		keep(`trouble-${store}`, markup);
		expect(markup).not.toContain('ada@example.com');
		expect(markup).toContain('ad…@…');
		expect(markup).toContain('href="../form/act-on-a-spine?spine=partner-news&amp;action=Resume"');
		expect(markup).not.toMatch(/(src|href)="https?:/);
	});

	it('finds a recipient, a message, a release, an execution, and the recipients behind a reason', async () => {
		await playTrouble(world);
		const byRecipient = await gather('10403');
		expect(byRecipient.found?.deliveries.map(({ ref }) => ref.slot)).toEqual([
			sceneSlot(2).id,
			sceneSlot(1).id,
			sceneSlot(0).id,
		]);
		const byMessage = await gather(`${sceneSlot(0).id}-10403`);
		expect(byMessage.found?.deliveries.map(({ state }) => state)).toEqual(['committed']);
		expect((await gather('warmer-opening-3f2a')).found?.releases).toEqual(['warmer-opening-3f2a']);
		expect((await gather('311')).found?.happenings.length).toBeGreaterThan(0);
		expect((await gather('31')).found?.happenings).toEqual([]);
		const drilled = await gather(`content-delivery ${sceneSlot(2).id} held`);
		expect(drilled.found?.deliveries.map(({ ref }) => ref.recipient)).toEqual(
			Array.from({ length: 12 }, (_, at) => String(10_457 + at)),
		);
		const markup = deskHtml(drilled, links);
		keep(`found-${store}`, markup);
		expect(markup).toContain('What was found');
	});
});
