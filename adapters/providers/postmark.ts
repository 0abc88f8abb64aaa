import type { FailureKind, VendorWord } from '../../core/delivery/failure';
import { type RefusedAnswer, textIn } from './answer';

/**
 * Codes of a refused send. Postmark answers most of them, account faults included, with the status 422
 * (postmarkapp.com/developer/api/overview, API error codes; read in two public copies of 2026, 2026-11-30; 400, 401
 * and 405 are in older copies of the page only).
 */
const codes: Readonly<Record<string, readonly [FailureKind, string]>> = {
	10: ['everybody', 'the server token is wrong'],
	100: ['later', 'offline for maintenance'],
	300: ['recipient', 'the message is not valid'],
	400: ['everybody', 'the sender signature is unknown'],
	401: ['everybody', 'the sender signature is not confirmed'],
	402: ['recipient', 'the request is no valid JSON'],
	403: ['recipient', 'a field of the request is not valid'],
	405: ['everybody', 'the account is out of credits'],
	406: ['recipient', 'the recipient is inactive'],
	409: ['everybody', 'the request is no JSON'],
	410: ['everybody', 'the batch holds too many messages'],
	411: ['recipient', 'the attachment is of a forbidden type'],
	412: ['everybody', 'the account is pending approval'],
	413: ['everybody', 'the account is not approved to send'],
	422: ['everybody', 'the server or account is invalid'],
	1101: ['everybody', 'the template does not exist'],
	1226: ['everybody', 'the message stream does not exist'],
	1235: ['everybody', 'the message stream does not exist'],
	1236: ['everybody', 'the message stream does not send'],
	1480: ['everybody', 'this IP address may not send'],
};

/** `null`: not one of Postmark's answers. A message about the sender is everybody's, whatever its code. */
export function postmarkFailure({ status, body }: RefusedAnswer): VendorWord | null {
	const code = textIn(body, 'ErrorCode');
	if (!/^\d+$/.test(code) || body?.['Message'] === undefined) return null;
	if (status !== undefined && (status >= 500 || status === 429)) return null;
	// Behind what it names first Postmark repeats what it was given, and a recipient may be called anything.
	const fromSender = code === '300' && /^[^'"]*(?:'From'|Sender Signature)/i.test(textIn(body, 'Message'));
	const [kind, meaning] = fromSender
		? (['everybody', 'the sender address is not accepted'] as const)
		: (codes[code] ?? (['doubt', 'an answer this package does not know'] as const));
	return { kind, vendor: 'Postmark', code, meaning };
}
