import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WatchFinding } from '../../../core/stability/schedule/judge';
import { newsOf, type ToldFinding } from '../../../core/stability/schedule/news';

const hour = 3_600_000;
const remind = 6 * hour;
const start = 1_800_000_000_000;

const finding = (workflow: string, id: WatchFinding['id'] = 'silent', sentence = ''): WatchFinding => ({
	id,
	level: 'trouble',
	workflow,
	name: workflow,
	sentence,
	mend: '',
	since: null,
});

/** Looks one hour apart; each finds some of three things. */
const looks = fc.array(fc.subarray(['a', 'b', 'c']), { maxLength: 30 });

/** Plays looks one after the other. */
function play(list: readonly (readonly string[])[]) {
	let told: readonly ToldFinding[] = [];
	return list.map((found, at) => {
		const news = newsOf(
			told,
			found.map((one) => finding(one)),
			start + at * hour,
			remind,
		);
		told = news.told;
		return {
			found,
			news: news.news.map(({ workflow }) => workflow),
			over: news.over.map(({ workflow }) => workflow),
		};
	});
}

describe('what a watch has to say', () => {
	it('is each thing once, again after six hours, and when it is over', () => {
		const found = Array.from({ length: 8 }, () => ['a']);
		expect(play([...found, []]).map(({ news, over }) => [news.join(), over.join()])).toEqual([
			['a', ''],
			...Array.from({ length: 5 }, () => ['', '']),
			['a', ''],
			['', ''],
			['', 'a'],
		]);
	});

	it('tells two things of one workflow apart, and one thing by its newest words', () => {
		const first = newsOf([], [finding('a'), finding('a', 'overlap')], start, remind);
		expect(first.news).toHaveLength(2);
		const next = newsOf(first.told, [finding('a', 'overlap', 'again')], start + hour, remind);
		expect(next.news).toEqual([]);
		expect(next.told.map(({ sentence }) => sentence)).toEqual(['again']);
		expect(next.over.map(({ id }) => id)).toEqual(['silent']);
	});

	it('misses nothing: whatever begins is told at once, whatever ends too, and nothing is told within six hours', () => {
		fc.assert(
			fc.property(looks, (list) => {
				const toldAt = new Map<string, number>();
				let before: readonly string[] = [];
				play(list).forEach(({ found, news, over }, at) => {
					for (const one of found) if (!before.includes(one)) expect(news).toContain(one);
					expect([...over].sort()).toEqual(before.filter((one) => !found.includes(one)).sort());
					for (const one of news) {
						if (before.includes(one)) expect(at - (toldAt.get(one) ?? -Infinity)).toBeGreaterThanOrEqual(6);
						toldAt.set(one, at);
					}
					for (const one of found) expect(at - (toldAt.get(one) ?? -Infinity)).toBeLessThan(6);
					before = found;
				});
			}),
		);
	});
});
