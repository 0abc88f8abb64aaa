import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { applySetup, type SetUp } from '../../app/setup/apply';
import type { Answers } from '../../app/setup/answers';
import { planInWords, planSetup } from '../../app/setup/plan';
import type { SetupPorts } from '../../app/setup/ports';
import { undoSetup } from '../../app/setup/undo';
import { spineTemplate } from '../../core/setup/sets';
import { version } from '../../package.json';
import { exitCodeOf, type AddCommand, type Terminal } from '../command';
import { answersFrom } from '../setup/answers';
import { connectionOf } from '../setup/connection';
import { askAgain, hubSpotOf } from '../setup/credentials';
import { confirmed, Given, optionsOf, type Options } from '../setup/given';
import { readSlots, readTemplates } from '../setup/package-files';
import { setupStore } from '../setup/store';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const secret = (): string => randomBytes(18).toString('hex');

/** `init`: exit code 0 set up, or planned, or taken back whole; 1 the rehearsal failed, or something was left; 2 it cannot be done. */
export const initCommand: AddCommand = (program, terminal, exit) => {
	const command: Command = program
		.command('init')
		.description('Set up the templates in a running n8n: credentials, wiring, spine, rehearsal, first slot')
		.option('--n8n <url>', 'address of n8n (N8N_URL)')
		.option('--key <key>', 'key for its public API (N8N_API_KEY)')
		.option('--inside <url>', 'address of n8n as n8n itself reaches it, if another')
		.option('--webhooks <url>', 'address of its webhooks and forms, if another')
		.option('--sets <names>', 'delivery, release, train, once (default: delivery,release)')
		.option('--spine <name>', 'name of the spine (default: content-delivery)')
		.option('--rhythm <words>', "e.g. 'every 2 days at 9:00 New York'")
		.option('--time-zone <zone>', 'IANA zone, where the rhythm names none')
		.option('--hubspot-token <token>', 'HubSpot Service Key or private app token (HUBSPOT_TOKEN)')
		.option('--hubspot-url <url>', 'another address of HubSpot, for a stand-in')
		.option('--postmark-token <token>', 'Postmark server token (POSTMARK_TOKEN)')
		.option('--openai-key <key>', 'OpenAI key (OPENAI_API_KEY)')
		.option('--openai-url <url>', 'another address of OpenAI, for a stand-in')
		.option('--slack-token <token>', 'Slack bot token for alarms (SLACK_TOKEN)')
		.option('--channel <name>', 'Slack channel of the alarms')
		.option('--ledger <url>', 'Postgres of the ledger, needed in queue mode; SQLite without it')
		.option('--from <sender>', 'sender of the emails')
		.option('--test-contacts <emails>', 'HubSpot contacts to rehearse on')
		.option('--approvers <emails>', 'n8n accounts that may approve releases')
		.option(
			'--first-slot <when>',
			'go live with the slot that is open (now), the next one (next), or not (none)',
		)
		.option('--set <name=value...>', 'a value of Set Config')
		.option('--file <file>', 'the same options from a JSON file, e.g. {"rhythm": "daily at 9:00 London"}')
		.option('--record <folder>', 'where what was done is written down (default: release-gate)')
		.option('--plan', 'say what would be done, and do nothing')
		.option('--undo', 'take back what init did')
		.option('--yes', 'do it without asking whether to');
	command.action(async (flags: Options) =>
		exit(await exitCodeOf(terminal, async () => await init(flags, terminal))),
	);
};

async function init(flags: Options, terminal: Terminal): Promise<number> {
	const options = await optionsOf(flags);
	const given = new Given(options, terminal, process.env);
	const { n8n, url, apiKey } = await connectionOf(given);
	const store = setupStore(options.record, n8n.host);
	const say = (sentence: string): void => terminal.out(`  ${sentence}\n`);
	const ports = (accessToken: string | undefined): SetupPorts => {
		const contacts = accessToken === undefined ? null : hubSpotOf(given, accessToken);
		return { n8n, store, contacts, now: Date.now, wait: pause, secret, say, askAgain: askAgain(terminal) };
	};
	if (options.undo === true) return await undo(ports(given.plain('hubspotToken')), terminal);
	const before = await store.load();
	const answers = await answersFrom(given, options, {
		templates: readTemplates(),
		slots: readSlots(),
		version,
		before,
		url,
		apiKey,
		secret,
		now: Date.now(),
	});
	const token = answers.credentials.releaseGateHubSpotApi?.data.accessToken;
	const all = ports(typeof token === 'string' ? token : given.plain('hubspotToken'));
	const plan = await planSetup(all, answers);
	terminal.out(`\nIn n8n at ${n8n.host}, init would:\n`);
	for (const line of planInWords(plan, answers, Date.now())) terminal.out(`- ${line}\n`);
	if (options.plan === true) return 0;
	if (options.yes !== true && !(await confirmed(terminal, 'Do this?'))) {
		terminal.out('Nothing was done.\n');
		return 2;
	}
	terminal.out('\n');
	try {
		const setUp = await applySetup(all, answers, plan);
		return report(setUp, answers, url, terminal);
	} catch (error) {
		const deeds = (await store.load())?.deeds ?? [];
		const kinds = [...new Set(deeds.map(({ kind }) => kind))];
		const list = kinds.map((kind) => `${kind}: ${deeds.filter((deed) => deed.kind === kind).length}`);
		terminal.err(
			`Stopped. Done so far: ${list.join(', ') || 'nothing'}. All of it stands in ${store.place}.\n`,
		);
		terminal.err('Start init again to go on, or init --undo to take it back.\n');
		throw error;
	}
}

async function undo(ports: SetupPorts, terminal: Terminal): Promise<number> {
	const { left } = await undoSetup(ports);
	for (const line of left) terminal.out(`Left: ${line}\n`);
	return left.some((line) => !line.startsWith('The spine ')) ? 1 : 0;
}

function report(setUp: SetUp, answers: Answers, url: string, { out, asker }: Terminal): number {
	const { installed, verdict, waiting } = setUp;
	const asksWho = (template: string): boolean =>
		answers.templates
			.find(({ id }) => id === template)
			?.workflow.nodes.some(({ parameters }) => parameters.authentication === 'n8nUserAuth') === true;
	const base = url.replace(/\/+$/, '');
	if (verdict) {
		out(`\nRehearsal ${verdict.passed ? 'passed' : 'FAILED'}: ${verdict.sentence}\n`);
		for (const finding of verdict.findings) out(`  - ${finding}\n`);
	}
	for (const { template, name, lacks, refused } of waiting)
		out(
			refused === undefined
				? `Not in service: "${name}" needs a credential on ${lacks.join(', ')}.\n`
				: `Not in service: "${name}". n8n does not publish it: ${refused}.${asksWho(template) ? ' A form that asks who is signed in needs n8n 2.27 or later.' : ''}\n`,
		);
	const link = (template: string, text: string): void => {
		const id = installed.workflows[template]?.id;
		if (id !== undefined) out(`  ${text.padEnd(22)} ${base}/workflow/${id}\n`);
	};
	out('\nOpen\n');
	link(spineTemplate, 'The spine');
	link('dry-run', 'Rehearse again');
	const off = new Set(waiting.map(({ template }) => template));
	if (installed.workflows['release-a-change'] !== undefined && !off.has('release-a-change'))
		out(`  ${'Release a change'.padEnd(22)} ${answers.outsideUrl}/form/release-a-change\n`);
	if (installed.workflows.desk !== undefined && !off.has('desk'))
		out(`  ${'The desk'.padEnd(22)} ${answers.outsideUrl}/webhook/desk\n`);
	const login = answers.credentials.httpBasicAuth?.data;
	if (login !== undefined && installed.workflows['provider-events'] !== undefined) {
		out(
			'\nGive Postmark this webhook, for deliveries, bounces and complaints. The login, which opens the desk and reports too, is shown once:\n',
		);
		out(`  ${answers.outsideUrl}/webhook/release-gate/postmark-events\n`);
		out(`  user ${textOf(login.user)}, password ${textOf(login.password)}\n`);
	}
	out(`\n${asker?.answers ?? 0} answers were given. init --undo takes back what was done.\n`);
	return verdict?.passed === false ? 1 : 0;
}
