import { type Answer, answersOf, headline } from '../../core/desk/answers';
import type { Alarm, Desk, HealthFinding } from '../../core/desk/model';
import { ago, when, withoutAddresses } from '../../core/desk/words';
import { addressAttribute, html, type Html } from '../../core/page/html';
import { page } from '../../core/page/page';
import { spell } from '../../core/stability/findings/finding';
import { doubtsHtml, foundHtml, happened } from './deliveries-html';
import { stamp } from '../report/parts';
import { type DeskLinks, formLink } from './parts';
import { releaseCard } from './release-html';
import { spineCard } from './spine-html';
import { DESK_STYLE, refreshScript } from './style';

export type { DeskLinks } from './parts';

/** Seconds after which the page reads itself again. */
export const REFRESH_SECONDS = 20;

/** Longest page in bytes: parts that may grow are cut before. */
export const LONGEST = 150_000;

const section = (id: string, title: string, body: readonly Html[]): Html[] =>
	body.length === 0
		? []
		: [
				html`<section aria-labelledby="${id}">
					<h2 id="${id}">${title}</h2>
					${body}
				</section>`,
			];

function head(desk: Desk, links: DeskLinks): Html {
	const { text: said, tone } = headline(desk);
	return html`<header>
		<div class="top">
			<h1>Desk</h1>
			<form method="get" role="search" ${[addressAttribute('action', links.self)]}>
				<input
					name="q"
					maxlength="200"
					value="${desk.found?.asked ?? ''}"
					aria-label="Search by recipient, release, message id or execution"
					placeholder="recipient, release, message, execution"
				/>
				<button>Search</button>
			</form>
		</div>
		<p class="say ${tone}" id="say">${said}</p>
		<p class="soft">
			As of ${[stamp(desk.at)]}; reads itself again every ${REFRESH_SECONDS} seconds.
			${desk.lookedAtN8n ? 'n8n was asked what is published.' : 'What is published is as somebody saw it last.'}
		</p>
	</header>`;
}

const answers = (list: readonly Answer[], links: DeskLinks): Html =>
	html`<dl class="answers">
		${list.map(
			({ id, question, lines }) =>
				html`<dt id="ask-${id}">${question}</dt>
					<dd id="answer-${id}">
						${lines.map(
							({ text: said, tone, form, release, label }) =>
								html`<p class="${tone}">
									<span style="color:var(--ink)">${said}</span> ${formLink(links, form, { release }, label)}
								</p>`,
						)}
					</dd>`,
		)}
	</dl>`;

/** What the form *Act on a spine* is asked to do about an alarm. */
const actions: Readonly<Record<string, string | undefined>> = { 'in-doubt': 'Settle', paused: 'Resume' };

const alarm = (
	{ level, sentence, mend, form, spine, release, since, id }: Alarm,
	desk: Desk,
	links: DeskLinks,
): Html =>
	html`<div class="alarm ${level}" data-alarm="${id}">
		<p>
			<b class="${level === 'trouble' ? 'bad' : 'warn'}">${level === 'trouble' ? 'Wrong' : 'Waits'}.</b>
			${sentence}
		</p>
		<p class="soft">
			${mend} ${since === null ? '' : `(since ${when(since)}, ${ago(since, desk.at)})`}
			${formLink(links, form, { release, spine: spine ?? undefined, action: actions[id] }, actions[id])}
		</p>
	</div>`;

const levels: Readonly<Record<HealthFinding['level'], string>> = {
	trouble: 'Wrong',
	advice: 'Advice',
	unseen: 'Not seen',
};

/** What doctor found. */
function doctorHtml({ health, at }: Desk): Html[] {
	if (health === null)
		return [html`<p class="soft">The installation was not looked at: see <code>doctor</code>.</p>`];
	const { findings, at: looked } = health;
	return [
		html`<p>
			Doctor looked ${ago(looked, at)}, ${when(looked)}:
			${findings.length === 0 ? 'nothing is wrong with the installation.' : `${findings.length} found.`}
		</p>`,
		html`<ul>
			${findings
				.slice(0, 20)
				.map(
					({ level, sentence, mend }) => html`<li><b>${levels[level]}.</b> ${sentence} <i>${mend}</i></li>`,
				)}
		</ul>`,
	];
}

/** Most acceptances that are shown, and most records of one. */
const ACCEPTED = 5;
const RECORDS = 8;

/** What people took as it stood although it disagreed with the chain: it stays to be seen. */
function acceptedHtml({ accepted, at }: Desk): Html[] {
	if (accepted.length === 0) return [];
	const more = accepted.length - ACCEPTED;
	return [
		html`<ul>
			${accepted.slice(0, ACCEPTED).map(({ at: since, person, reason, records }) => {
				const others = records.length - RECORDS;
				const named = records.slice(0, RECORDS).join(', ') + (others > 0 ? `, and ${others} more` : '');
				return html`<li>
					${[stamp(since)]} (${ago(since, at)}) by ${withoutAddresses(person)}: ${withoutAddresses(reason)}
					<span class="soft">${withoutAddresses(named)}</span>
				</li>`;
			})}
		</ul>`,
		...(more > 0 ? [html`<p class="soft">And ${more} more; Verify counts them all.</p>`] : []),
	];
}

function outbox({
	outbox: { name, waiting, oldestAt, refused },
	at,
	unsealed,
	limits,
	n8nProblem,
	lookedAtN8n,
}: Desk): Html[] {
	const oldest = oldestAt === null ? '' : `, the oldest since ${when(oldestAt)} (${ago(oldestAt, at)})`;
	return [
		html`<ul>
			<li>Writes to ${name} that wait: ${waiting + oldest}; refused for good: ${refused}.</li>
			${limits.map(({ target, account, day, burst, at: read }) => {
				const of = [
					day && `${day.left} of ${day.most} today`,
					burst && `${burst.left} of ${burst.most} in ${spell(burst.windowMs)}`,
				].filter((part) => part !== null);
				const whose = limits.length > 1 ? ` (account ${account})` : '';
				return html`<li>Calls of ${target + whose} left: ${of.join(', ')}; it said so ${ago(read, at)}.</li>`;
			})}
			<li>
				Events not chained yet: ${unsealed}; the next look of the monitor, Verify or Sign Head chains them.
			</li>
			<li>
				${
					n8nProblem === null
						? lookedAtN8n
							? 'n8n was asked what is published.'
							: 'n8n was not asked what is published: no credential for it was given.'
						: `n8n could not be asked what is published: ${n8nProblem}`
				}
			</li>
		</ul>`,
	];
}

/** Whether a page is short enough, in bytes of UTF-8. */
const fits = (markup: string): boolean => Buffer.byteLength(markup) <= LONGEST;

/** What is cut first where the page grows too long: the newest lines and the first rows stay. */
const cuts: readonly ((desk: Desk) => Desk)[] = [
	(desk) => desk,
	(desk) => ({ ...desk, happenings: desk.happenings.slice(0, 10), releases: desk.releases.slice(0, 8) }),
	(desk) => ({
		...desk,
		happenings: desk.happenings.slice(0, 5),
		releases: desk.releases.slice(0, 5).map((one) => ({ ...one, checks: [], changes: [] })),
		spines: desk.spines.map((sight) => ({ ...sight, doubts: sight.doubts.slice(0, 3) })),
		found: desk.found && { ...desk.found, happenings: [], deliveries: desk.found.deliveries.slice(0, 20) },
	}),
	(desk) => ({
		...desk,
		happenings: [],
		releases: desk.releases.slice(0, 3).map((one) => ({ ...one, checks: [], changes: [] })),
		spines: desk.spines.slice(0, 12),
		alarms: desk.alarms.slice(0, 30),
	}),
];

function render(shown: Desk, desk: Desk, links: DeskLinks): string {
	const left = desk.spines.length - shown.spines.length;
	const cards = shown.spines.map((sight) => spineCard(sight, shown, links));
	return page({
		title: `${headline(desk).text} - Desk`,
		wide: true,
		style: DESK_STYLE,
		script: refreshScript(REFRESH_SECONDS),
		body: [
			head(desk, links),
			answers(answersOf(desk), links),
			...section('found', 'What was found', foundHtml(shown, links)),
			...section(
				'alarms',
				'What is wrong or waits',
				shown.alarms.map((one) => alarm(one, shown, links)),
			),
			...section('spines', 'Spines', [
				...cards,
				...(left > 0
					? [html`<p class="soft">And ${left} more spines; search for their deliveries.</p>`]
					: []),
			]),
			...section(
				'releases',
				'Releases',
				shown.releases.map((one) => releaseCard(one, shown, links)),
			),
			...section('doubts', 'In doubt', doubtsHtml(shown, links)),
			...section('accepted', 'Accepted against the history', acceptedHtml(desk)),
			...section('happened', 'What happened', happened(shown.happenings)),
			...section('health', 'Health', [...outbox(desk), ...doctorHtml(desk)]),
		],
	});
}

/**
 * The desk as one page that needs nothing but itself and changes nothing: what acts is a link to a form. At most
 * {@link LONGEST} bytes: where there is more to show, older and longer parts are left out first.
 */
export function deskHtml(desk: Desk, links: DeskLinks): string {
	let markup = '';
	for (const cut of cuts) {
		markup = render(cut(desk), desk, links);
		if (fits(markup)) return markup;
	}
	return markup;
}
