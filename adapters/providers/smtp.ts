import type { VendorWord } from '../../core/delivery/failure';
import type { RefusedAnswer } from './answer';

const word = (kind: VendorWord['kind'], code: string, meaning: string, costsReplay = true): VendorWord => ({
	kind,
	vendor: 'The mail server',
	code,
	meaning,
	costsReplay,
});

/**
 * Reads the text n8n's node Send Email gives: what nodemailer says, and the server's reply (nodemailer
 * lib/smtp-connection; seen in n8n 2.40.2 on 2026-11-30). Replies by RFC 5321, 4.2.3 and RFC 4954, 6: 4xx asks to come
 * again, 5xx refuses. Either one is a refusal, so nothing was sent. `null`: no reply in it.
 */
export function smtpFailure({ text }: RefusedAnswer): VendorWord | null {
	const login = /^(?:Invalid login|Missing credentials)[^:]*(?:: (\d{3}))?/m.exec(text);
	if (login) return word('everybody', login[1] ?? 'login', 'the login is not accepted');
	const reply =
		/^(Can't send mail - all recipients were rejected|Message failed|Mail command failed|Data command failed|Recipient command failed|Invalid greeting[^:]*|Greeting[^:]*): (\d{3})/m.exec(
			text,
		);
	const [, step = '', code = ''] = reply ?? [];
	if (code === '') return null;
	if (code === '421') return word('later', code, 'the server is not available now', false);
	if (code.startsWith('4')) return word('later', code, 'refused for now');
	if (code === '530' || code === '535' || code === '538') {
		return word('everybody', code, 'the login is not accepted');
	}
	if (!code.startsWith('5')) return null;
	if (step.startsWith('Mail command')) return word('everybody', code, 'the sender address is not accepted');
	return word('recipient', code, 'refused for good');
}
