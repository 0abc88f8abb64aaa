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
export type Flaw =
	| 'too-short'
	| 'placeholder'
	| 'forbidden-words'
	| 'empty'
	/** Ended at the limit of tokens, in the middle of a sentence: `finish_reason` is `length`. */
	| 'cut-off'
	/** Content was left out: `finish_reason` is `content_filter`. */
	| 'filtered'
	/** The model refuses, in the field for it: `content` is null. */
	| 'refused'
	/** The model refuses in a text that ends as any other. */
	| 'refused-in-words';

/** What a flaw does to the rest of a choice. */
export const finishOf = (flaw: Flaw | null): 'stop' | 'length' | 'content_filter' =>
	flaw === 'cut-off' ? 'length' : flaw === 'filtered' ? 'content_filter' : 'stop';

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
		case 'cut-off':
			return generatedText(input).slice(0, 60);
		case 'filtered':
			return generatedText(input).slice(0, 80);
		case 'refused':
			return '';
		case 'refused-in-words':
			return "I'm sorry, but I can't help with writing about this topic for this audience.";
		case 'forbidden-words':
			return `As an AI language model I cannot do that. ${generatedText(input)}`;
	}
}
