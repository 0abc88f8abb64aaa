import type { VendorWord } from '../../core/delivery/failure';
import { refusedAnswer } from './answer';
import { openAiFailure } from './openai';
import { otherFailure } from './others';
import { postmarkFailure } from './postmark';
import { smtpFailure } from './smtp';

/**
 * What a vendor's answer on a node's error output means, whoever the vendor is: each has a shape of its own. `null` for
 * a shape or a code that is not known; the status then decides, and what it does not prove stays in doubt.
 */
export function readVendorFailure(json: unknown): VendorWord | null {
	const answer = refusedAnswer(json);
	return postmarkFailure(answer) ?? openAiFailure(answer) ?? otherFailure(answer) ?? smtpFailure(answer);
}
