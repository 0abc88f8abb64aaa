import { deliveryKey } from '../../core/delivery/key';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Desk, Happening } from '../../core/desk/model';
import { shownRecipient, when, withoutAddresses } from '../../core/desk/words';
import { anchor, html, type Html } from '../../core/page/html';
import { table } from '../../core/page/page';
import { stamp, text } from '../report/parts';
import { type DeskLinks, formLink, withQuery } from './parts';

const settle = (record: DeliveryRecord, links: DeskLinks): Html[] => {
	const { spine, slot, recipient } = record.ref;
	// An address has no place in an address line, where it is logged.
	const known = recipient.includes('@') ? undefined : recipient;
	return formLink(links, 'act', { spine, slot, recipient: known, action: 'Settle' }, 'Settle');
};

function knownOf({
	state,
	sendingSince,
	attempts,
	owner,
	provider,
	reason,
	release: of,
}: DeliveryRecord): string {
	const parts = [
		sendingSince === null ? '' : `the send began ${when(sendingSince)}`,
		state === 'sending' ? 'its lease ran out' : '',
		`claimed ${attempts === 1 ? 'once' : `${attempts} times`}${owner === null ? '' : `, last by ${owner}`}`,
		provider === null ? '' : `through ${provider}`,
		of === null ? '' : `under release ${of}`,
		reason === null ? '' : withoutAddresses(reason),
	];
	return parts.filter(Boolean).join('; ');
}

/** Deliveries in doubt, each with what is known of it. */
export function doubtsHtml(desk: Desk, links: DeskLinks): Html[] {
	const list = desk.spines.flatMap(({ doubts: own }) => own);
	if (list.length === 0) return [];
	const rows = list.map((record) => [
		text(shownRecipient(record.ref.recipient)),
		text(`${record.ref.spine}, slot ${record.ref.slot}`),
		text(knownOf(record)),
		html`${settle(record, links)}`,
	]);
	return [
		html`<p>
			A send began, and nobody knows how it ended. None of these is sent again; look it up at the provider.
		</p>`,
		table(['Recipient', 'Where', 'What is known', 'Settle it'], rows, ''),
	];
}

const line = ({ at, sentence, by, times, spine }: Happening): Html =>
	html`<li>
		${[stamp(at)]}
		<span
			>${withoutAddresses(sentence)}
			${by === null || sentence.includes(by) ? '' : `By ${withoutAddresses(by)}.`}
			${spine !== null && !sentence.includes(spine) ? [html`<span class="soft">${spine}</span>`] : []}
			${times > 1 ? [html`<span class="soft">(${times} times)</span>`] : []}</span
		>
	</li>`;

/** What happened, newest first. */
export const happened = (list: readonly Happening[]): Html[] =>
	list.length === 0
		? []
		: [
				html`<ul class="happened">
					${list.map(line)}
				</ul>`,
			];

/** What a search found. */
export function foundHtml({ found: result }: Desk, links: DeskLinks): Html[] {
	if (result === null) return [];
	const { asked, deliveries, releases, happenings, within } = result;
	const rows = deliveries.map((record) => [
		text(shownRecipient(record.ref.recipient)),
		text(`${record.ref.spine}, slot ${record.ref.slot}`),
		text(record.state),
		text(
			[
				record.sentAt === null ? '' : `sent ${when(record.sentAt)}`,
				record.outcome ?? '',
				record.reason === null ? '' : withoutAddresses(record.reason),
				`token ${record.token}`,
				record.ref.recipient.includes('@') ? '' : deliveryKey(record.ref),
			]
				.filter(Boolean)
				.join('; '),
		),
	]);
	return [
		html`<p class="soft">
			Recipients are looked for in the newest 30 slots, executions and other words among the newest ${within}
			events. ${[anchor(links.self === '' ? '?' : links.self, 'Clear')]}
		</p>`,
		...releases.map(
			(id) =>
				html`<p>
					Release ${id}:
					${links.report === null ? 'see it below, or write its report' : [anchor(withQuery(links.report, { release: id }), 'its report')]}
				</p>`,
		),
		table(
			['Recipient', 'Where', 'State', 'What is known'],
			rows,
			`No delivery was found for “${withoutAddresses(asked)}”.`,
		),
		...happened(happenings),
	];
}
