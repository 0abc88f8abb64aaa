import type { Instant } from '../../core/delivery/types';
import { when } from '../../core/desk/words';
import { html, type Html } from '../../core/page/html';
import { badge as pill } from '../../core/page/page';

/** An instant, for people and for machines. */
export const stamp = (at: Instant): Html =>
	html`<time datetime="${new Date(at).toISOString()}">${when(at)}</time>`;

export const text = (value: string): Html => html`${value}`;

/** Colours of words by what they mean. */
export const toneOf: Readonly<Record<string, string>> = {
	pass: 'good',
	fail: 'bad',
	unknown: 'warn',
	met: 'good',
	missed: 'warn',
	breached: 'bad',
	healthy: 'good',
	spent: 'bad',
	stable: 'good',
	'roll-back': 'bad',
	'rolled-back': 'bad',
	watching: 'plain',
	ship: 'good',
	hold: 'warn',
	fine: 'good',
	'rolls-back': 'bad',
	'keeps-watching': 'warn',
	approved: 'good',
	rejected: 'bad',
};

/** A word in a pill. */
export const badge = (word: string): Html => pill(word, toneOf[word] ?? 'soft');
