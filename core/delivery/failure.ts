import { isFields } from './fields';
import type { FailureClass } from './types';

/** What is known of a failed step. Read from an item by {@link readNodeFailure}. */
export interface FailureFacts {
	/** Status of the provider's answer, if it answered. */
	readonly httpStatus?: number;
	/** Code of Node.js or axios, e.g. `ECONNREFUSED`. */
	readonly code?: string;
	/** System call that failed, e.g. `connect`. */
	readonly syscall?: string;
	/** Never repeated; only searched for known beginnings. */
	readonly message?: string;
}

/**
 * What a refusal means for the rest of the slot. `recipient`: for good, for this recipient. `everybody`: every delivery
 * meets it until somebody mends it. `later`: the same will be taken in a while. `doubt`: it proves nothing.
 */
export type FailureKind = 'recipient' | 'everybody' | 'later' | 'doubt';

/** What a vendor's own answer says, read by whoever knows the vendor. */
export interface VendorWord {
	readonly kind: FailureKind;
	/** The vendor's name, e.g. `Postmark`. */
	readonly vendor: string;
	/** The vendor's own code, e.g. `405` or `model_not_found`. */
	readonly code: string;
	/** What the code means, in our words: an answer's text may hold contact data. */
	readonly meaning: string;
	/** Whether trying `later` uses up a replay; yes if absent. */
	readonly costsReplay?: boolean;
}

export interface Classification {
	readonly kind: FailureKind;
	/** `no` only when it is proven that nothing left. */
	readonly sent: 'no' | 'unknown';
	/** Whether a replay in the same slot makes sense. */
	readonly retryable: boolean;
	/** Whether the attempt counts against the replays of the slot: not where the delivery itself was not tried. */
	readonly costsReplay: boolean;
	/** One sentence of a fixed vocabulary, without personal data. */
	readonly reason: string;
}

/** Resolving or connecting failed: no byte of the request left. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Raised before the request is written, because the peer's certificate was not accepted (Node.js `tls`). */
const CERTIFICATE = new Set([
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_REVOKED',
	'CERT_UNTRUSTED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'HOSTNAME_MISMATCH',
]);

const TIMEOUTS = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ECONNABORTED', 'UND_ERR_HEADERS_TIMEOUT']);
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Answers that do not prove a refusal: timed out while reading, same key under way elsewhere, too early, gave up. */
const UNPROVEN_4XX = new Set([408, 409, 425, 499]);

const no = (retryable: boolean, reason: string): Classification => ({
	kind: retryable ? 'later' : 'recipient',
	sent: 'no',
	retryable,
	costsReplay: true,
	reason,
});
const unknown = (reason: string): Classification => ({
	kind: 'doubt',
	sent: 'unknown',
	retryable: false,
	costsReplay: true,
	reason,
});

const everybody = (reason: string): Classification => ({
	kind: 'everybody',
	sent: 'no',
	retryable: true,
	costsReplay: false,
	reason,
});

const byWord = ({ kind, vendor, code, meaning, costsReplay = true }: VendorWord): Classification => {
	const reason = `${vendor}: ${meaning} (${code}).`;
	if (kind === 'everybody') return everybody(reason);
	if (kind === 'doubt') return unknown(reason);
	return { ...no(kind === 'later', reason), costsReplay: kind === 'later' ? costsReplay : true };
};

/**
 * Whether something may have been sent, and whether a replay makes sense. Before and during generation nothing is sent.
 * At the send only two things prove that nothing left: no connection came about, or the provider refused with 4xx.
 * Timeouts, resets, 5xx and whatever is not understood leave the delivery in doubt. An answer outweighs any code.
 * 401, 402 and 407 are everybody's: the fault lies with the credential or the account, not the message. A 429 says that
 * nothing was tried, so it uses up no replay. `word`, what the vendor's own answer says, outweighs the status, but for
 * one thing: before the send nothing is in doubt.
 */
export function classifyFailure(
	failure: FailureFacts & { readonly stage: FailureClass },
	word: VendorWord | null = null,
): Classification {
	const { stage } = failure;
	if (stage === 'commit') return unknown('The commit failed after the send.');
	if (stage === 'send') return word ? byWord(word) : atProvider(failure, 'The provider');
	const read = word ? byWord(word) : atProvider(failure, 'The vendor');
	if (read.kind === 'everybody' || !read.costsReplay) return read;
	const worthIt = failure.httpStatus === undefined || failure.httpStatus >= 500 || word?.kind === 'doubt';
	return no(read.retryable || (worthIt && word?.kind !== 'recipient'), read.reason);
}

/**
 * The same of a call that carried many deliveries: a refusal of all of it is no recipient's, and the next call of the
 * spine meets it too. Nothing left, so what is due stays due. Also a 403, which one message may have brought about on its
 * way to the provider: the others must not pay for it with their replays.
 */
export const ofWholeCall = (read: Classification, status?: number): Classification =>
	read.sent === 'no' && (read.kind === 'recipient' || (read.kind === 'later' && status === 403))
		? everybody(read.reason)
		: read;

function atProvider(facts: FailureFacts, who: string): Classification {
	const { httpStatus: status } = facts;
	if (status !== undefined) return byStatus(status, who);
	const code = facts.code?.toUpperCase() ?? '';
	if (NEVER_CONNECTED.has(code)) return no(true, `${who} could not be reached (${code}).`);
	if (facts.syscall === 'connect' && /^E[A-Z]{4,20}$/.test(code)) {
		return no(true, `${who} could not be reached (${code}).`);
	}
	if (CERTIFICATE.has(code)) return no(true, `${who}'s certificate was not accepted.`);
	if (code === 'ERR_INVALID_URL') return no(false, 'The address of the request is not valid.');
	if (TIMEOUTS.has(code)) return unknown(`${who} did not answer in time.`);
	if (RESETS.has(code)) return unknown('The connection broke off during the request.');
	return unknown('The request failed in a way that is not understood.');
}

function byStatus(status: number, who: string): Classification {
	if (status === 401) return everybody(`${who} refused the credential (401).`);
	if (status === 402) return everybody(`${who} wants to be paid first (402).`);
	if (status === 403) return no(true, `${who} refused the credential (403).`);
	if (status === 407) return everybody('The proxy refused the request (407).');
	if (status === 429) return { ...no(true, `${who} is throttling (429).`), costsReplay: false };
	if (status >= 400 && status < 500 && !UNPROVEN_4XX.has(status)) {
		return no(false, `${who} refused the request (${status}).`);
	}
	if (status >= 500 && status < 600) return unknown(`${who} answered with a server error (${status}).`);
	return unknown(`${who} answered with status ${status}, which proves nothing.`);
}

const asStatus = (value: unknown): number | undefined => {
	const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number) && number >= 100 && number <= 599
		? number
		: undefined;
};

const asCode = (value: unknown): string | undefined =>
	typeof value === 'string' && /^[A-Z][A-Z0-9_]{3,60}$/.test(value) && value !== 'ERR_BAD_REQUEST'
		? value
		: undefined;

/**
 * Digs status and code out of an item of a node's error output, in the shapes of n8n 2.40: `error` is an axios error
 * (live or as JSON), a NodeApiError (whose `httpCode` may hold a code such as `ECONNREFUSED`) or plain text; from
 * HTTP Request 4.5 on `details` stands beside it. Causes are followed five deep. Bodies of answers are not searched:
 * what a provider says of its own network is not ours. Never throws.
 */
export function readNodeFailure(json: unknown): FailureFacts {
	if (!isFields(json)) return {};
	const facts: { httpStatus?: number; code?: string; syscall?: string; message?: string } = {};
	const take = (value: unknown, depth: number): void => {
		if (typeof value === 'string') {
			takeMessage(value);
			return;
		}
		if (!isFields(value) || depth > 5) return;
		const response = isFields(value.response) ? value.response : {};
		for (const candidate of [
			value.httpCode,
			value.statusCode,
			value.status,
			response.status,
			response.statusCode,
			value.code,
		]) {
			facts.httpStatus ??= asStatus(candidate);
		}
		facts.code ??= asCode(value.code) ?? asCode(value.httpCode) ?? asCode(value.errno);
		if (typeof value.syscall === 'string') facts.syscall ??= value.syscall;
		if (typeof value.message === 'string') takeMessage(value.message);
		for (const inner of [value.cause, value.reason, value.errorResponse]) take(inner, depth + 1);
		// The legacy request helper keeps the network error in `error`; beside a status it is the answer's body.
		if (facts.httpStatus === undefined && isFields(value.error)) take(value.error, depth + 1);
	};
	const takeMessage = (message: string): void => {
		facts.message ??= message;
		const status = /^(?:Request failed with status code )?([1-5]\d\d)(?: - |$)/.exec(message);
		facts.httpStatus ??= asStatus(status?.[1]);
		const connect = /^(connect|getaddrinfo) (E[A-Z_]{4,20})\b/.exec(message);
		if (connect) {
			facts.syscall ??= connect[1];
			facts.code ??= connect[2];
		}
		if (/^timeout of \d+ms exceeded/.test(message)) facts.code ??= 'ETIMEDOUT';
	};
	take(json.details, 0);
	take(json.error, 0);
	if (typeof json.message === 'string') takeMessage(json.message);
	return facts;
}
