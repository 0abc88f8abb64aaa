import { gateError, type ReleaseGateError } from '../../core/errors';

/** The error for an answer that cannot be used. */
export const unusable = (what: string, value: string, problem: string): ReleaseGateError =>
	gateError('setup-answer-unusable', { what, value, problem });

/** What stands between commas, without what is empty. */
export const listOf = (text: string): readonly string[] =>
	text
		.split(',')
		.map((one) => one.trim())
		.filter((one) => one !== '');

/** @throws `setup-answer-unusable` for anything but an http address */
export const checkUrl = (value: string): void => {
	if (!URL.canParse(value) || !/^https?:/.test(value))
		throw unusable('An address', value, 'it is no http address');
};

/** @throws `setup-answer-unusable` for a list with anything but email addresses */
export const checkMails = (value: string): void => {
	for (const one of listOf(value))
		if (!/^[^@\s]+@[^@\s]+$/.test(one)) throw unusable('An email address', one, 'it is none');
};

/** @throws `setup-answer-unusable` for a sender without an email address */
export const checkMail = (value: string): void => {
	if (!/[^@\s]+@[^@\s>]+/.test(value)) throw unusable('A sender', value, 'it holds no email address');
};

/** @throws `setup-answer-unusable` for anything but now, next and none */
export const checkSlot = (value: string): void => {
	if (!['now', 'next', 'none'].includes(value))
		throw unusable('The first slot', value, 'it is none of now, next and none');
};
