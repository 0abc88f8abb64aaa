import { createHash } from 'node:crypto';
import { pick, seeded } from '../shared/random';

const openings = [
	'Here is a thought worth a minute of your day.',
	'One small step, ready to use.',
	'Something short for the week ahead.',
	'A note to keep near your desk.',
] as const;
const middles = [
	'Start with the question your readers ask most, and answer it in one paragraph.',
	'Name the habit first; the tool comes second.',
	'Say what changed, then say what stays the same.',
	'Use the words your customers use, not the ones from the meeting.',
] as const;
const endings = ['Until next time.', 'See you in two days.', 'That is all for today.'] as const;

/** How a generated text can be wrong, for guardrails to find. */
export type Flaw = 'too-short' | 'placeholder' | 'forbidden-words' | 'empty';

/** The text for an input: the same input gives the same text. */
export function generatedText(input: string): string {
	const random = seeded(createHash('sha256').update(input).digest().readUInt32BE(0));
	return [pick(random, openings), pick(random, middles), pick(random, middles), pick(random, endings)].join(
		' ',
	);
}

/** A text that must not pass guardrails. */
export function flawedText(flaw: Flaw, input: string): string {
	switch (flaw) {
		case 'empty':
			return '';
		case 'too-short':
			return 'Ok.';
		case 'placeholder':
			return `Dear {{firstname}}, [INSERT TOPIC HERE]. ${generatedText(input)}`;
		case 'forbidden-words':
			return `As an AI language model I cannot do that. ${generatedText(input)}`;
	}
}
