import type {
	HttpLibrary,
	RequestContext,
	ResponseContext,
} from '@hubspot/api-client/lib/codegen/crm/contacts';
import type { Milliseconds } from '../../core/delivery/types';
import { failureOf, isReadable, type Headers } from './answer';
import { CallFailed, failure, type Failure } from './failure';
import { callLimitsIn } from './limits';
import { bucketsFor } from './limiter';
import type { Pace } from './pace';
import { hubSpotBaseUrl, hubSpotPathVersion, type HubSpotOptions, type PathVersion } from './options';

/** One answer that can be read. */
export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
}

/** One call, before it is paced, sent and repeated. */
export interface Request {
	readonly method: string;
	readonly url: string;
	readonly headers: Headers;
	readonly body: string | undefined;
}

const wait = (ms: Milliseconds, signal?: AbortSignal): Promise<void> =>
	new Promise((resolve) => {
		const end = (): void => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', end);
			resolve();
		};
		const timer = setTimeout(end, ms);
		signal?.addEventListener('abort', end, { once: true });
		if (signal?.aborted === true) end();
	});

/** The date-versioned form of a path of the client, or the path itself. */
export const versionedUrl = (url: string, version: PathVersion): string =>
	version === 'v3'
		? url
		: url
				.replace('/crm/v3/objects/', `/crm/objects/${version}/`)
				.replace('/crm/v3/properties/', `/crm/properties/${version}/`);

/**
 * Calls whose repetition changes nothing more: reads, searches, and writes of given values to given ids. Creating
 * is not among them.
 */
const repeatablePost = /\/(search|batch\/(read|update|archive|upsert))$/;
const isRepeatable = ({ method, url }: Request): boolean =>
	method !== 'POST' || repeatablePost.test(new URL(url).pathname);

/** Refused before anything was done, so that even a create may be sent again. */
const neverApplied: ReadonlySet<Failure['kind']> = new Set<Failure['kind']>([
	'throttled',
	'locked',
	'migrating',
]);

/**
 * An answer of a batch in which something was refused, as the client knows it: the dated paths put `errors` beside the
 * results of a 200, and the client reads them in a 207 only.
 */
const asMultiStatus = (answer: Answer): Answer => {
	if (answer.status !== 200 || !answer.text.includes('"errors"')) return answer;
	try {
		const { results, errors } = JSON.parse(answer.text) as { results?: unknown; errors?: unknown };
		const partly = Array.isArray(results) && Array.isArray(errors) && errors.length > 0;
		return partly ? { ...answer, status: 207 } : answer;
	} catch {
		return answer;
	}
};

/** Paces, sends, times out and repeats calls. Every failure leaves as {@link CallFailed}. */
export class Transport {
	private readonly clock: () => number;
	private readonly sleep: (ms: Milliseconds, signal?: AbortSignal) => Promise<void>;
	private readonly random: () => number;
	private readonly buckets;

	constructor(private readonly options: HubSpotOptions) {
		this.clock = options.clock ?? Date.now;
		this.sleep = options.sleep ?? wait;
		this.random = options.random ?? Math.random;
		this.buckets = bucketsFor(
			options.baseUrl ?? hubSpotBaseUrl,
			options.accessToken,
			options.callsPer10Seconds ?? 100,
			options.searchesPerSecond ?? 5,
			options.budget,
			this.clock,
		);
	}

	/** Sends a call, again where that is safe and makes sense, until it answers or patience ends. */
	async send(request: Request): Promise<Answer> {
		const search = new URL(request.url).pathname.endsWith('/search');
		const bucket = search ? this.buckets.search : this.buckets.calls;
		const repeatable = isRepeatable(request);
		let patience = this.options.patienceMs ?? 60_000;
		for (let attempt = 1; ; attempt += 1) {
			await this.startAllowed(bucket);
			try {
				return await this.once(request);
			} catch (error) {
				if (!(error instanceof CallFailed)) throw error;
				const pause = this.pauseAfter(error.failure, attempt, search);
				const again = repeatable || neverApplied.has(error.failure.kind);
				if (pause === null || !again || attempt >= (this.options.attempts ?? 5) || pause > patience)
					throw error;
				if (error.failure.kind === 'throttled') await bucket.hold(this.clock() + pause);
				patience -= pause;
				await this.sleep(pause, this.options.signal);
			}
		}
	}

	/** As the client's code generator wants it. */
	library(
		wrap: (send: (request: RequestContext) => Promise<ResponseContext>) => HttpLibrary,
		build: BuildResponse,
	): HttpLibrary {
		const version = this.options.pathVersion ?? hubSpotPathVersion;
		return wrap(async (request) => {
			const body = request.getBody();
			const answer = await this.send({
				method: request.getHttpMethod(),
				url: versionedUrl(request.getUrl(), version),
				headers: request.getHeaders(),
				body: typeof body === 'string' ? body : undefined,
			});
			return build(asMultiStatus(answer));
		});
	}

	private async startAllowed(bucket: Pace): Promise<void> {
		for (;;) {
			const now = this.clock();
			const { at, until } = await bucket.next(now);
			const wait = at - this.clock();
			if (wait > 0) await this.sleep(wait, this.options.signal);
			if (this.options.signal?.aborted === true) throw new CallFailed(failure('cancelled'));
			const then = this.clock();
			// A process that was kept from it for long has lost its place: others go by when it was to be used.
			if (then <= until && !bucket.isHeld(then)) return;
		}
	}

	/** How long to wait before the next try; `null` if another one is pointless. */
	private pauseAfter(failed: Failure, attempt: number, search: boolean): Milliseconds | null {
		const spread = 1 + this.random() * 0.2;
		switch (failed.kind) {
			case 'throttled': {
				const perSecond = search || failed.category === 'SECONDLY';
				return failed.asksToWaitMs ?? (perSecond ? 1000 * attempt : 10_000);
			}
			case 'locked':
				return 2000 * spread;
			case 'migrating':
				return failed.asksToWaitMs;
			case 'outage':
			case 'unreadable':
			case 'unreachable':
			case 'timeout':
				return failed.asksToWaitMs ?? 500 * 2 ** (attempt - 1) * spread;
			default:
				return null;
		}
	}

	private async once(request: Request): Promise<Answer> {
		const timeoutMs = this.options.timeoutMs ?? 30_000;
		const { signal } = this.options;
		const timeout = AbortSignal.timeout(timeoutMs);
		let answer: Answer;
		try {
			const response = await fetch(request.url, {
				method: request.method,
				headers: {
					...request.headers,
					'User-Agent': `n8n-nodes-release-gate/${this.options.packageVersion ?? '0'}`,
				},
				body: request.body,
				redirect: 'manual',
				signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
			});
			answer = {
				status: response.status,
				headers: Object.fromEntries(response.headers),
				text: await response.text(),
			};
		} catch (error) {
			throw new CallFailed(this.unanswered(error, timeoutMs), { cause: error });
		}
		const limits = callLimitsIn(answer.headers, this.clock());
		if (limits !== null) this.options.onLimits?.(limits);
		const success = answer.status >= 200 && answer.status < 300;
		if (success && isReadable(answer.status, answer.headers, answer.text)) return answer;
		throw new CallFailed(
			success
				? failure('unreadable', { status: answer.status })
				: failureOf(answer.status, answer.headers, answer.text, this.clock()),
		);
	}

	private unanswered(error: unknown, timeoutMs: Milliseconds): Failure {
		if (this.options.signal?.aborted === true) return failure('cancelled');
		const { name, cause } = error as { name?: string; cause?: { code?: string } };
		if (name === 'TimeoutError') return failure('timeout', { category: `${Math.ceil(timeoutMs / 1000)} s` });
		return failure('unreachable', { category: cause?.code ?? 'no connection' });
	}
}

export type BuildResponse = (answer: Answer) => ResponseContext;
