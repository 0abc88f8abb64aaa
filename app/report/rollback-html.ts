import { when } from '../../core/desk/words';
import { html, type Html } from '../../core/page/html';
import { planHtml, rollbackHtml } from '../../core/snapshot/page';
import type { ReleaseReport } from './model';

/** How it goes back: as its author planned it, as it would run now, and as it ran. */
export function rollbackSection({ release, order, restore, rollbackPlan }: ReleaseReport): Html[] {
	const { rollbackPlan: words, rollbackSteps } = release.body.manifest;
	const planned = [
		...(words === undefined ? [] : [html`<p><b>Plan.</b> ${words}</p>`]),
		...(rollbackSteps.length === 0
			? []
			: [
					html`<ol>
						${rollbackSteps.map((step) => html`<li>${step}</li>`)}
					</ol>`,
				]),
	];
	const ordered = order
		? html`<p><b>Ordered</b> ${when(order.startedAt)} by ${order.by}. ${order.reason}</p>`
		: html`<p class="soft">No rollback was ordered.</p>`;
	const now =
		rollbackPlan.status === 'planned'
			? [html`<p><b>As it would run now.</b></p>`, planHtml(rollbackPlan.plan)]
			: [html`<p class="soft">What a rollback would do now is not shown. ${rollbackPlan.why}</p>`];
	return [...planned, ordered, ...(restore ? [html`<p><b>As it ran.</b></p>`, rollbackHtml(restore)] : now)];
}
