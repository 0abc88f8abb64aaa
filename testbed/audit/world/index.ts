import type { RunOptions } from '../../engine/n8n';
import { handlesOf, PEOPLE } from '../scenarios';
import { accounts } from './accounts';
import { Internet, type Answer, type Call } from './internet';
import { placeOf, type Place } from './places';
import { PostOffice } from './post-office';
import { openRunner } from './runner';

/** Who is told of what happens. */
export interface Witness {
	/** A mail to somebody, by a handle of theirs, or to nobody known; resolves to the provider's mood. */
	mail(to: string | null): Promise<{ readonly status: number }>;
	/** A place nobody knows was asked to act. */
	act(): Promise<void>;
	/** What HubSpot holds. */
	contacts(): Promise<readonly object[]>;
	/** A node waits, in ms. */
	wait(ms: number): void;
}

/** Where nodes of n8n wait: in its Wait, and in `sleep` of `@n8n/utils`; the frame that sets the timer. */
const WAITS = /n8n-nodes-base[\\/].*Wait|@n8n[\\/]utils[\\/]/;

const waits = (): boolean => {
	const frames = (new Error().stack ?? '').split('\n').filter((line) => !line.includes(' at async '));
	return WAITS.test(frames.slice(3, 6).join(' '));
};

const HANDLES = Object.keys(PEOPLE).flatMap((name) => Object.values(handlesOf(name)));

/** Text in which handles can be looked for: escapes read, mails of Gmail taken out of their wrapping. */
function plain({ path, body }: Call): string {
	const raw = /"raw":"([\w-]+)"/.exec(body)?.[1];
	const mail = raw === undefined ? '' : Buffer.from(raw, 'base64url').toString('utf8');
	const fields = /%[0-9A-Fa-f]{2}/.test(body) ? unescapeOr(body) : body;
	return [path, fields, mail].join('\n');
}

const unescapeOr = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

/** Credentials of the database that tests may use. */
function databases(): NonNullable<RunOptions['credentials']> {
	const { TEST_POSTGRES_URL: url } = process.env;
	if (url === undefined) return {};
	const { hostname: host, port, username: user, password, pathname } = new URL(url);
	const postgres = { host, port: Number(port), user, password, database: pathname.slice(1) };
	return { postgres: { ...postgres, ssl: 'disable', allowUnauthorizedCerts: false } };
}

/** The vendors of the real world, at their own addresses, for one process. */
export class World {
	private readonly internet = new Internet(async (call) => await this.answer(call));
	/** Answers by idempotency key, where the vendor drops repetitions. */
	private readonly kept = new Map<string, Answer>();
	private readonly office = new PostOffice(async (to) => await this.witness.mail(to));
	private officePort = 0;
	private undo: () => void = () => undefined;
	private count = 0;
	private finds = true;

	constructor(private readonly witness: Witness) {}

	readonly options: Partial<RunOptions> = { runner: openRunner };

	async start(): Promise<void> {
		this.officePort = await this.office.start();
		await this.internet.start();
		this.hasten();
	}

	/** What a node waits passes on the trial's clock, and not on the wall's. */
	private hasten(): void {
		const before = globalThis.setTimeout;
		const timed = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): unknown => {
			if (ms < 1_000 || !waits()) return before(run, ms, ...given);
			this.witness.wait(ms);
			return before(run, 0, ...given);
		};
		globalThis.setTimeout = Object.assign<object, object>(timed, before) as typeof setTimeout;
		// Code starts what it does not wait for; n8n's runner outlives it.
		const ignore = (): void => undefined;
		process.on('unhandledRejection', ignore);
		this.undo = () => {
			globalThis.setTimeout = before;
			process.off('unhandledRejection', ignore);
		};
	}

	async stop(): Promise<void> {
		this.undo();
		await this.internet.stop();
		await this.office.stop();
	}

	/** Forgets what was sent. `finds`: whether look-ups find something. */
	begin(finds: boolean): void {
		this.kept.clear();
		this.finds = finds;
	}

	credentials(given: NonNullable<RunOptions['credentials']>): NonNullable<RunOptions['credentials']> {
		return accounts({
			...given,
			smtp: {
				host: '127.0.0.1',
				port: this.officePort,
				secure: false,
				disableStartTls: true,
				user: '',
				password: '',
			},
			...databases(),
		});
	}

	private async answer(call: Call): Promise<Answer> {
		const place = placeOf(call);
		if (call.host === 'api.hubapi.com' && (call.method === 'GET' || /\/search/.test(call.path))) {
			const results = this.finds ? await this.witness.contacts() : [];
			return { status: 200, body: { id: '1', vid: 1, properties: {}, results, total: results.length } };
		}
		if (place === undefined) {
			await this.witness.act();
			return { status: 200, body: { ok: true, id: '1' } };
		}
		if (place.is === 'mail') return await this.deliver(place, call);
		return (this.finds ? undefined : place.finds) ?? place.takes('1');
	}

	private async deliver(place: Place, call: Call): Promise<Answer> {
		const kept = place.drops === true && call.key !== '' ? this.kept.get(call.key) : undefined;
		if (kept) return kept;
		this.count += 1;
		const text = plain(call);
		const to = HANDLES.filter((handle) => text.includes(handle.replace('+', '')));
		// A channel of the team.
		if (to.length === 0 && call.host === 'slack.com') return place.takes('1');
		const id = `message-${this.count}`;
		let answer = place.takes(id);
		let taken = false;
		for (const one of to.length === 0 ? [null] : to) {
			const { status } = await this.witness.mail(one);
			taken ||= status !== 422;
			if (status === 422) answer = place.refuses ?? { status: 400, body: {} };
			else if (status !== 200) answer = { status, body: { error: 'Internal error' } };
		}
		if (place.drops === true && taken) this.kept.set(call.key, place.takes(id));
		return answer;
	}
}
