import { anchor, html, type Html } from '../../core/page/html';
import type { FormName } from '../../core/desk/model';
import { inDoubtIn, registeredIn, type SlotSight } from '../../core/desk/slot';

/** Where the page's links lead; `null` where there is no such form, as on the command line without an n8n. */
export interface DeskLinks {
	readonly forms: Readonly<Record<FormName, string | null>>;
	/** The page of one release, which takes `?release=ID`. */
	readonly report: string | null;
	/** The desk itself, which takes `?q=`. */
	readonly self: string;
}

/** An address with parameters; empty ones are left out. */
export function withQuery(address: string, query: Readonly<Record<string, string | undefined>>): string {
	const given = Object.entries(query).filter(
		(entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
	);
	if (given.length === 0) return address;
	return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(given).toString()}`;
}

const names: Readonly<Record<FormName, string>> = {
	release: 'Release this change',
	approve: 'Approve a change',
	rollBack: 'Roll back a release',
	act: 'Act on a spine',
};

/** A link to a form, or its name where nobody knows where it is. Lists, since a page may have none. */
export function formLink(
	links: DeskLinks,
	form: FormName | undefined,
	query: Readonly<Record<string, string | undefined>>,
	label?: string,
): Html[] {
	if (form === undefined) return [];
	const address = links.forms[form];
	return address === null
		? [html`<span class="act soft">(form: ${names[form]})</span>`]
		: [anchor(withQuery(address, query), label ?? names[form], 'act')];
}

interface Part {
	readonly name: string;
	readonly count: number;
	readonly tone: string;
	readonly pattern: '' | 'hatch' | 'dots';
}

const partsOf = (slot: SlotSight): readonly Part[] => {
	const { states, lapsed } = slot;
	const parts: readonly Part[] = [
		{ name: 'sent', count: states.committed, tone: 'good', pattern: '' },
		{ name: 'claimed', count: states.claimed, tone: 'plain', pattern: '' },
		{ name: 'sending', count: states.sending - lapsed, tone: 'plain', pattern: 'dots' },
		{ name: 'due', count: states.due, tone: 'soft', pattern: 'dots' },
		{ name: 'in doubt', count: inDoubtIn(slot), tone: 'warn', pattern: 'hatch' },
		{ name: 'held', count: states.held, tone: 'warn', pattern: 'dots' },
		{ name: 'failed', count: states.failed, tone: 'bad', pattern: '' },
		{ name: 'missed', count: states.missed, tone: 'bad', pattern: 'hatch' },
	];
	return parts.filter(({ count }) => count > 0);
};

/** The deliveries of a slot as one bar, with every count in words. */
export function slotBar(slot: SlotSight): Html {
	const parts = partsOf(slot);
	const all = registeredIn(slot);
	if (all === 0) return html`<p class="soft">Somebody asked, and nobody was due.</p>`;
	const words = parts.map(({ name, count }) => `${count} ${name}`).join(', ');
	return html`<div class="bar" role="img" aria-label="${all} deliveries: ${words}">
			${parts.map(
				({ count, tone, pattern }) => html`<i class="${tone} ${pattern}" style="flex:${count}"></i>`,
			)}
		</div>
		<ul class="key">
			${parts.map(
				({ name, count, tone, pattern }) => html`<li><i class="${tone} ${pattern}"></i>${count} ${name}</li>`,
			)}
		</ul>`;
}

/** Counts as bars side by side, the newest or largest at the right; for whoever sees them. The words stand beside. */
export function bars(counts: readonly number[], description: string): Html {
	const most = Math.max(1, ...counts);
	const width = 100 / Math.max(1, counts.length);
	return html`<svg
		class="spark"
		viewBox="0 0 100 24"
		preserveAspectRatio="none"
		role="img"
		aria-label="${description}"
	>
		${counts.map((count, at) => {
			const height = count === 0 ? 0.4 : Math.max(1, (24 * count) / most);
			return html`<rect
				x="${(at * width).toFixed(2)}"
				y="${(24 - height).toFixed(2)}"
				width="${(width * 0.8).toFixed(2)}"
				height="${height.toFixed(2)}"
			/>`;
		})}
	</svg>`;
}

/** Terms and what they are. */
export const facts = (rows: readonly (readonly [string, readonly Html[]])[]): Html =>
	html`<dl class="facts">
		${rows.map(
			([name, value]) =>
				html`<dt>${name}</dt>
					<dd>${value}</dd>`,
		)}
	</dl>`;
