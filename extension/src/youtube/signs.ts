/** What a card says of itself, for viewers who want it labelled. It is told to nobody. */
import { t } from '../core/words';
import type { CardReader } from './cards';
import type { Judge, Judgement } from './judge';

/** What is done with a card: labelled, if it says so itself and nobody says anything else. */
export function withSign(
  judgement: Judgement,
  card: Element,
  reader: CardReader,
  { saysAi }: Judge,
): Judgement {
  if (!saysAi || !judgement.isUnknown || judgement.action !== 'none') return judgement;
  return reader.textsOf(card).some(saysAi)
    ? { action: 'label', reason: t('pageWhySign'), by: 'sign' }
    : judgement;
}
