import type { Desk, ReleaseSight } from '../../core/desk/model';
import { ago, listedWords, shownRecipient, when, withoutAddresses } from '../../core/desk/words';
import { anchor, html, type Html } from '../../core/page/html';
import { badge } from '../../core/page/page';
import { type DeskLinks, formLink, withQuery } from './parts';

const stageTone: Readonly<Record<string, string>> = {
	approved: 'good',
	stable: 'good',
	'rolled-back': 'bad',
	monitoring: 'plain',
	deploying: 'plain',
};

function waitsText({ open }: ReleaseSight): string {
	const parts = [
		open.mend > 0 ? `${open.mend} to mend` : '',
		open.people > 0 ? `${open.people} for people` : '',
		open.moment > 0 ? `${open.moment} for another moment` : '',
	].filter(Boolean);
	return parts.length === 0 ? '' : `Open checks: ${parts.join(', ')}.`;
}

/** The card of one release. */
export function releaseCard(one: ReleaseSight, desk: Desk, links: DeskLinks): Html {
	const waits = ['draft', 'prepared', 'dry-run', 'approved'].includes(one.stage);
	const who = [...new Set([...one.mustAnswer, ...one.mustApprove])];
	const live = ['deploying', 'monitoring', 'stable'].includes(one.stage);
	const report =
		links.report === null ? [] : [anchor(withQuery(links.report, { release: one.id }), 'Report', 'act')];
	return html`<article class="card spine">
		<h3>
			${one.title} ${[badge(one.stage, stageTone[one.stage] ?? 'soft')]}
			${one.mustApprove.length > 0 ? formLink(links, 'approve', { release: one.id }, 'Approve or reject') : []}
			${live ? formLink(links, 'rollBack', { release: one.id }, 'Roll back') : []} ${report}
		</h3>
		<p class="soft">
			${one.id} · ${one.subject} · ${one.kind} · asked for by ${shownRecipient(one.requestedBy)} · in this
			stage since ${when(one.since)} (${ago(one.since, desk.at)})
		</p>
		${one.sentence === null ? [] : [html`<p>${withoutAddresses(one.sentence)}</p>`]}
		${waits && one.next !== '' ? [html`<p><b>Next:</b> ${withoutAddresses(one.next)}</p>`] : []}
		${waits && who.length > 0 ? [html`<p><b>Must answer:</b> ${listedWords(who)}</p>`] : []}
		${waits && waitsText(one) !== '' ? [html`<p class="soft">${waitsText(one)}</p>`] : []}
		${
			one.rollback === null
				? []
				: [
						html`<p class="bad">
							<span style="color:var(--ink)"
								>Rolled back by ${withoutAddresses(one.rollback.by)}, ${when(one.rollback.startedAt)}:
								${withoutAddresses(one.rollback.reason) + (one.rollback.finishedAt === null ? ' (not ended yet)' : '')}</span
							>
						</p>`,
					]
		}
		${
			one.changes.length === 0
				? []
				: [
						html`<details>
							<summary>What changes (${one.changes.length})</summary>
							<ul>
								${one.changes.map((change) => html`<li>${change}</li>`)}
							</ul>
						</details>`,
					]
		}
		${
			one.checks.length < 2
				? []
				: [
						html`<details>
							<summary>All it waits for</summary>
							<ul>
								${one.checks.map(
									({ question, reason, remedy }) =>
										html`<li><b>${question}</b> ${withoutAddresses(reason)} <i>${remedy}</i></li>`,
								)}
							</ul>
						</details>`,
					]
		}
	</article>`;
}
