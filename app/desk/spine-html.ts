import type { Desk, SpineSight } from '../../core/desk/model';
import { minutesBack, registeredIn, type SlotSight } from '../../core/desk/slot';
import { ago, when, withoutAddresses } from '../../core/desk/words';
import { anchor, html, type Html } from '../../core/page/html';
import { badge } from '../../core/page/page';
import { spell } from '../../core/stability/findings/finding';
import { histogram } from '../report/model';
import { text } from '../report/parts';
import { bars, type DeskLinks, facts, formLink, slotBar, withQuery } from './parts';

const tones: Readonly<Record<SpineSight['state'], string>> = {
	live: 'good',
	rehearsal: 'plain',
	paused: 'warn',
};

function openSlot({ openSlot: slot, open, next }: SpineSight, now: number): Html[] {
	const [first] = next;
	if (slot === null)
		return [
			html`<h4>No slot is open</h4>
				<p>${first ? `Slot ${first.id} opens ${ago(first.opensAt, now)}, ${when(first.opensAt)}.` : ''}</p>`,
		];
	const left = `closes ${ago(slot.closesAt, now)}, ${when(slot.closesAt)}`;
	return [
		html`<h4>Open slot ${slot.id}</h4>`,
		open ? slotBar(open) : html`<p>Nobody has asked in it yet.</p>`,
		html`<p class="soft">Opened ${ago(slot.opensAt, now)}; ${left}.</p>`,
		...(open ? rate(open) : []),
	];
}

/** Mails a minute, when there were any. */
function rate({ perMinute, states }: SlotSight): Html[] {
	if (states.committed === 0) return [];
	const sum = perMinute.reduce((all, one) => all + one, 0);
	const current = perMinute.slice(-5).reduce((all, one) => all + one, 0) / 5;
	const words = `Mails per minute in the last ${minutesBack} minutes: ${current.toFixed(1)} in the last 5, ${Math.max(...perMinute)} at most, ${sum} in all`;
	return [html`<h4>Mails per minute</h4>`, bars(perMinute, words), html`<p class="soft">${words}.</p>`];
}

function lastSlot({ last }: SpineSight, now: number): Html[] {
	if (last === null) return [html`<p class="soft">No slot before it is known.</p>`];
	return [
		html`<h4>Slot ${last.slot} before it</h4>`,
		slotBar(last),
		html`<p class="soft">
			Closed ${ago(last.closesAt, now)};
			${last.lastSentAt === null ? 'nothing was sent in it' : `last send ${when(last.lastSentAt)}`}.
		</p>`,
	];
}

function rhythm({ intervals, intervalMs }: SpineSight): Html[] {
	if (intervals.length === 0 || intervalMs === null) return [];
	const bins = histogram(intervals, intervalMs);
	const words = `Time between two sends to one recipient, ${intervals.length} of the newest: ${bins
		.filter(({ count }) => count > 0)
		.map(({ from, to, count }) =>
			Number.isFinite(to) ? `${count} about ${spell((from + to) / 2)}` : `${count} over ${spell(from)}`,
		)
		.join(', ')}. The cadence asks for ${spell(intervalMs)}`;
	return [
		html`<h4>Time between deliveries</h4>`,
		bars(
			bins.map(({ count }) => count),
			words,
		),
		html`<p class="soft">${words}.</p>`,
	];
}

function releasedAgainst({ runs, published }: SpineSight): Html[] {
	const released = runs
		? `${runs.release ?? 'what it ran before its first release'}, version ${runs.version?.slice(0, 8) ?? 'unknown'}, since ${when(runs.at)} by ${withoutAddresses(runs.by)}`
		: 'nothing yet';
	switch (published.status) {
		case 'nothing-released':
			return [text(`${released}; nothing went through the gate, so nothing can be compared`)];
		case 'as-released':
			return [text(`${released}: `), badge('published as released', 'good')];
		case 'unpublished':
			return [text(`${released}: `), badge('not published', 'bad')];
		case 'ungated':
			return [
				text(`${released}: `),
				badge('published is something else', 'bad'),
				html`<ul>
					${published.differences.slice(0, 8).map((difference) => html`<li>${difference}</li>`)}
				</ul>`,
			];
	}
}

const slotsAhead = ({ next }: SpineSight): Html =>
	text(next.map(({ opensAt }) => when(opensAt)).join(' · ') || 'the cadence has none');

function reasons(sight: SpineSight, links: DeskLinks): Html[] {
	const slot = sight.open ?? sight.last;
	const told = slot?.reasons ?? [];
	if (slot === null || told.length === 0) return [];
	return [
		html`<h4>Who is held or failed in slot ${slot.slot}, and why</h4>
			<table>
				<thead>
					<tr>
						<th>State</th>
						<th>Reason</th>
						<th>Deliveries</th>
					</tr>
				</thead>
				<tbody>
					${told.map(({ state, failureClass, reason, count }) => {
						const href = withQuery(links.self, { q: `${sight.spine} ${slot.slot} ${state}` });
						return html`<tr>
							<td data-name="State">${failureClass === null ? state : `${state} (${failureClass})`}</td>
							<td data-name="Reason">${withoutAddresses(reason ?? 'none was given')}</td>
							<td data-name="Deliveries">${[anchor(href, `${count} of ${registeredIn(slot)}`)]}</td>
						</tr>`;
					})}
				</tbody>
			</table>`,
	];
}

/** The card of one spine. */
export function spineCard(sight: SpineSight, desk: Desk, links: DeskLinks): Html {
	const { at } = desk;
	const { spine, state, pause, strictness, policy } = sight;
	const paused = pause
		? [
				html`<p class="warn">
					Paused ${pause.by === null ? '' : `by ${withoutAddresses(pause.by)}`}
					${pause.at === null ? '' : ago(pause.at, at)}:
					${withoutAddresses(pause.reason ?? 'no reason was given')}.
				</p>`,
			]
		: [];
	return html`<article class="card spine" id="spine-${spine}">
		<h3>
			${spine} ${[badge(state, tones[state]), badge(strictness, 'soft')]}
			${formLink(links, 'act', { spine, action: state === 'paused' ? 'Resume' : 'Pause' }, state === 'paused' ? 'Resume' : 'Pause')}
		</h3>
		${paused}
		<div class="two">
			<div>${openSlot(sight, at)}</div>
			<div>${[...lastSlot(sight, at), ...rhythm(sight)]}</div>
			<div>
				<h4>What runs</h4>
				${[
					facts([
						['Released', releasedAgainst(sight)],
						['Next slots', [slotsAhead(sight)]],
						['Policy', [text(policy)]],
						[
							'Last look',
							[
								text(
									sight.look
										? `${when(sight.look.at)}: ${sight.look.sentence ?? 'no release was under watch'}`
										: 'no monitor has looked yet',
								),
							],
						],
					]),
				]}
			</div>
		</div>
		${reasons(sight, links)}
	</article>`;
}
