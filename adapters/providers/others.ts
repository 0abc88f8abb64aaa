import type { FailureKind, VendorWord } from '../../core/delivery/failure';
import { type RefusedAnswer, textIn } from './answer';

type Table = Readonly<Record<string, readonly [FailureKind, string]>>;

const worded = (vendor: string, code: string, table: Table): VendorWord | null => {
	const found = table[code];
	return found
		? { kind: found[0], vendor, code, meaning: found[1], costsReplay: found[0] !== 'later' }
		: null;
};

/** Names of Resend's errors (resend.com/docs/api-reference/errors). */
const resend: Table = {
	missing_api_key: ['everybody', 'the API key is missing'],
	invalid_api_key: ['everybody', 'the API key is wrong'],
	restricted_api_key: ['everybody', 'the API key may not send'],
	invalid_from_address: ['everybody', 'the sender address is not accepted'],
	validation_error: ['recipient', 'the message is not valid'],
	not_found: ['everybody', 'no such address'],
	invalid_access: ['recipient', 'a field of the message is not valid'],
	missing_required_field: ['recipient', 'a field of the message is missing'],
	daily_quota_exceeded: ['later', 'the quota of the day is used up'],
	monthly_quota_exceeded: ['everybody', 'the quota of the month is used up'],
	rate_limit_exceeded: ['later', 'throttling'],
	invalid_idempotent_request: ['doubt', 'the key was used for another message'],
	concurrent_idempotent_requests: ['doubt', 'the same key is under way elsewhere'],
};

/** Codes of Brevo's errors (developers.brevo.com/docs/how-it-works, error codes). */
const brevo: Table = {
	unauthorized: ['everybody', 'the API key is wrong'],
	not_enough_credits: ['everybody', 'the account is out of credits'],
	account_under_validation: ['everybody', 'the account is not approved yet'],
	permission_denied: ['everybody', 'the account may not send'],
	invalid_parameter: ['recipient', 'a field of the message is not valid'],
	missing_parameter: ['recipient', 'a field of the message is missing'],
	too_many_requests: ['later', 'throttling'],
};

/** Types of Amazon SES's refusals (API reference, SendEmail, errors). */
const ses: Table = {
	AccountSuspendedException: ['everybody', 'the account is suspended'],
	SendingPausedException: ['everybody', 'sending is paused'],
	AccountSendingPausedException: ['everybody', 'sending is paused'],
	MailFromDomainNotVerifiedException: ['everybody', 'the sender domain is not verified'],
	ConfigurationSetDoesNotExistException: ['everybody', 'the configuration set does not exist'],
	LimitExceededException: ['everybody', 'a limit of the account is reached'],
	NotFoundException: ['everybody', 'the template or configuration set does not exist'],
	TooManyRequestsException: ['later', 'throttling'],
	Throttling: ['later', 'throttling'],
	BadRequestException: ['recipient', 'the message is not valid'],
	MessageRejected: ['recipient', 'the message is rejected'],
};

/** HubSpot's categories of a refused call (field notes of 2026-11; developers.hubspot.com, error handling). */
const hubSpot: Table = {
	INVALID_AUTHENTICATION: ['everybody', 'the token is wrong'],
	EXPIRED_AUTHENTICATION: ['everybody', 'the token is expired'],
	MISSING_SCOPES: ['everybody', 'the token lacks a scope'],
	OBJECT_NOT_FOUND: ['everybody', 'the email template does not exist'],
	VALIDATION_ERROR: ['recipient', 'the message is not valid'],
	RATE_LIMIT: ['later', 'throttling'],
	RATE_LIMITS: ['later', 'throttling'],
};

function sendGridFailure({ status, body }: RefusedAnswer): VendorWord | null {
	const [first] = Array.isArray(body?.['errors']) ? (body['errors'] as readonly unknown[]) : [];
	if (typeof first !== 'object' || first === null || !('field' in first)) return null;
	const message = textIn(first, 'message');
	const vendor = 'SendGrid';
	const code = String(status ?? 'none');
	// twilio.com/docs/sendgrid/for-developers/sending-email/sender-identity and .../api-errors
	if (/verified Sender Identity/i.test(message))
		return { kind: 'everybody', vendor, code, meaning: 'the sender is not verified' };
	if (/Maximum credits exceeded/i.test(message))
		return { kind: 'everybody', vendor, code, meaning: 'the account is out of credits' };
	return null;
}

function mailgunFailure({ status, body, text }: RefusedAnswer): VendorWord | null {
	const message = textIn(body, 'message') || text;
	const code = String(status ?? 'none');
	// documentation.mailgun.com, errors: answers hold a message only
	return /Domain .{1,200} is not allowed to send|Domain not found|Mailgun account .{0,60}disabled/i.test(
		message,
	)
		? { kind: 'everybody', vendor: 'Mailgun', code, meaning: 'the domain or account may not send' }
		: null;
}

/** What the other providers' refusals mean. `null`: none of theirs, or one that is not known. */
export function otherFailure(answer: RefusedAnswer): VendorWord | null {
	const { body, text } = answer;
	if (answer.status !== undefined && answer.status >= 500) return null;
	const type = textIn(body, '__type') || /\b([A-Z]\w+Exception|MessageRejected)\b/.exec(text)?.[1] || '';
	return (
		worded('Resend', textIn(body, 'statusCode') === '' ? '' : textIn(body, 'name'), resend) ??
		worded('Brevo', textIn(body, 'code'), brevo) ??
		worded('HubSpot', textIn(body, 'category') || textIn(body, 'errorType'), hubSpot) ??
		worded('Amazon SES', type.split('#').at(-1) ?? '', ses) ??
		sendGridFailure(answer) ??
		mailgunFailure(answer)
	);
}
