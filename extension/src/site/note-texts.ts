/** The texts of notes on the server's own page for jurors. */
import type { Language } from './texts';

export interface NoteTexts {
  readonly title: string;
  readonly what: string;
  readonly nothing: string;
  readonly writeTitle: string;
  readonly about: Readonly<Record<'ai' | 'human', string>>;
  readonly text: string;
  readonly source: string;
  readonly sourceOfChannel: string;
  readonly noSource: string;
  readonly write: string;
  readonly rateTitle: string;
  readonly rateWhat: string;
  readonly helpful: string;
  readonly unhelpful: string;
  readonly inVideo: string;
  readonly mineTitle: string;
  readonly withdraw: string;
  readonly withdrawQuestion: string;
  readonly states: Readonly<Record<'waiting' | 'shown' | 'unshown' | 'hidden', string>>;
}

export const NOTE_TEXTS: Readonly<Record<Language, NoteTexts>> = {
  en: {
    title: 'Notes',
    what: 'A note tells everybody in a sentence or two why a verdict is as it is, and where that can be seen. It is shown without a name, once jurors who usually disagree find it helpful.',
    nothing: 'There is nothing to write about and nothing to rate right now.',
    writeTitle: 'Write a note',
    about: { ai: 'The jury said: by AI', human: 'The jury said: by people' },
    text: 'Why? One note, 280 characters at most',
    source: 'Where can that be seen? A time in the video (1:23), or a link (https://…)',
    sourceOfChannel: 'Where can that be seen? A link (https://…)',
    noSource: 'Please name a time such as 1:23, or a link that begins with https://.',
    write: 'Send the note',
    rateTitle: 'Do these notes help?',
    rateWhat: 'You are asked by lot. Does the note help somebody else to understand the verdict?',
    helpful: 'Helpful',
    unhelpful: 'Not helpful',
    inVideo: 'in the video at $1',
    mineTitle: 'Your notes',
    withdraw: 'Withdraw',
    withdrawQuestion:
      'Withdraw this note? What it says is deleted, and you cannot write another one about this.',
    states: {
      waiting: 'other jurors are asked',
      shown: 'shown',
      unshown: 'not shown: jurors did not agree',
      hidden: 'hidden by a moderator',
    },
  },
  de: {
    title: 'Anmerkungen',
    what: 'Eine Anmerkung sagt allen in ein, zwei Sätzen, warum ein Urteil so ausfiel und wo man das sieht. Sie erscheint ohne Namen, sobald Jury-Mitglieder sie hilfreich finden, die sonst oft uneins sind.',
    nothing: 'Gerade gibt es nichts anzumerken und nichts zu bewerten.',
    writeTitle: 'Eine Anmerkung schreiben',
    about: { ai: 'Die Jury sagte: von KI', human: 'Die Jury sagte: von Menschen' },
    text: 'Warum? Eine Anmerkung, höchstens 280 Zeichen',
    source: 'Wo sieht man das? Eine Stelle im Video (1:23) oder ein Link (https://…)',
    sourceOfChannel: 'Wo sieht man das? Ein Link (https://…)',
    noSource: 'Bitte nenne eine Stelle wie 1:23 oder einen Link, der mit https:// beginnt.',
    write: 'Anmerkung senden',
    rateTitle: 'Helfen diese Anmerkungen?',
    rateWhat: 'Du wurdest ausgelost. Hilft die Anmerkung jemand anderem, das Urteil zu verstehen?',
    helpful: 'Hilfreich',
    unhelpful: 'Nicht hilfreich',
    inVideo: 'im Video bei $1',
    mineTitle: 'Deine Anmerkungen',
    withdraw: 'Zurückziehen',
    withdrawQuestion:
      'Diese Anmerkung zurückziehen? Was sie sagt, wird gelöscht, und du kannst hierzu keine weitere schreiben.',
    states: {
      waiting: 'andere Jury-Mitglieder werden gefragt',
      shown: 'wird gezeigt',
      unshown: 'wird nicht gezeigt: die Jury war uneins',
      hidden: 'von der Moderation verborgen',
    },
  },
  es: {
    title: 'Notas',
    what: 'Una nota cuenta a todos en una o dos frases por qué el veredicto es así y dónde se ve. Se muestra sin nombre, en cuanto la encuentran útil jurados que no suelen estar de acuerdo.',
    nothing: 'Ahora no hay nada que anotar ni que valorar.',
    writeTitle: 'Escribir una nota',
    about: { ai: 'El jurado dijo: hecho con IA', human: 'El jurado dijo: hecho por personas' },
    text: '¿Por qué? Una nota, 280 caracteres como máximo',
    source: '¿Dónde se ve? Un momento del vídeo (1:23) o un enlace (https://…)',
    sourceOfChannel: '¿Dónde se ve? Un enlace (https://…)',
    noSource: 'Indica un momento como 1:23, o un enlace que empiece por https://.',
    write: 'Enviar la nota',
    rateTitle: '¿Ayudan estas notas?',
    rateWhat: 'Te ha tocado por sorteo. ¿Ayuda la nota a otra persona a entender el veredicto?',
    helpful: 'Útil',
    unhelpful: 'No es útil',
    inVideo: 'en el vídeo, en $1',
    mineTitle: 'Tus notas',
    withdraw: 'Retirar',
    withdrawQuestion:
      '¿Retirar esta nota? Lo que dice se borra y no podrás escribir otra sobre esto.',
    states: {
      waiting: 'se pregunta a otros jurados',
      shown: 'se muestra',
      unshown: 'no se muestra: los jurados no coincidieron',
      hidden: 'ocultada por un moderador',
    },
  },
  fr: {
    title: 'Notes',
    what: 'Une note dit à tous, en une ou deux phrases, pourquoi le verdict est ce qu’il est, et où cela se voit. Elle est montrée sans nom, dès que des jurés d’habitude en désaccord la trouvent utile.',
    nothing: 'Il n’y a rien à écrire ni à évaluer pour le moment.',
    writeTitle: 'Écrire une note',
    about: { ai: 'Le jury a dit : fait par IA', human: 'Le jury a dit : fait par des humains' },
    text: 'Pourquoi ? Une note, 280 caractères au plus',
    source: 'Où cela se voit-il ? Un moment de la vidéo (1:23) ou un lien (https://…)',
    sourceOfChannel: 'Où cela se voit-il ? Un lien (https://…)',
    noSource: 'Indiquez un moment comme 1:23, ou un lien qui commence par https://.',
    write: 'Envoyer la note',
    rateTitle: 'Ces notes sont-elles utiles ?',
    rateWhat:
      'Vous êtes tiré au sort. La note aide-t-elle quelqu’un d’autre à comprendre le verdict ?',
    helpful: 'Utile',
    unhelpful: 'Pas utile',
    inVideo: 'dans la vidéo à $1',
    mineTitle: 'Vos notes',
    withdraw: 'Retirer',
    withdrawQuestion:
      'Retirer cette note ? Ce qu’elle dit est effacé, et vous ne pourrez pas en écrire une autre à ce sujet.',
    states: {
      waiting: 'd’autres jurés sont interrogés',
      shown: 'affichée',
      unshown: 'pas affichée : les jurés n’étaient pas d’accord',
      hidden: 'masquée par la modération',
    },
  },
  pt: {
    title: 'Notas',
    what: 'Uma nota conta a todos, em uma ou duas frases, por que o veredito é esse e onde se vê isso. Ela aparece sem nome, assim que jurados que costumam discordar a acham útil.',
    nothing: 'Não há nada para anotar nem para avaliar agora.',
    writeTitle: 'Escrever uma nota',
    about: { ai: 'O júri disse: feito por IA', human: 'O júri disse: feito por pessoas' },
    text: 'Por quê? Uma nota, no máximo 280 caracteres',
    source: 'Onde se vê isso? Um momento do vídeo (1:23) ou um link (https://…)',
    sourceOfChannel: 'Onde se vê isso? Um link (https://…)',
    noSource: 'Indique um momento como 1:23, ou um link que comece com https://.',
    write: 'Enviar a nota',
    rateTitle: 'Estas notas ajudam?',
    rateWhat: 'Você foi sorteado. A nota ajuda outra pessoa a entender o veredito?',
    helpful: 'Útil',
    unhelpful: 'Não é útil',
    inVideo: 'no vídeo em $1',
    mineTitle: 'Suas notas',
    withdraw: 'Retirar',
    withdrawQuestion:
      'Retirar esta nota? O que ela diz é apagado, e você não poderá escrever outra sobre isto.',
    states: {
      waiting: 'outros jurados estão sendo consultados',
      shown: 'exibida',
      unshown: 'não exibida: os jurados não concordaram',
      hidden: 'ocultada por um moderador',
    },
  },
  ar: {
    title: 'ملاحظات',
    what: 'تقول الملاحظة للجميع في جملة أو جملتين لماذا جاء الحكم هكذا، وأين يُرى ذلك. تُعرض بلا اسم متى وجدها مفيدةً محلفون يختلفون عادةً.',
    nothing: 'لا شيء الآن تكتب عنه أو تقيّمه.',
    writeTitle: 'كتابة ملاحظة',
    about: {
      ai: 'قالت هيئة المحلفين: من صنع الذكاء الاصطناعي',
      human: 'قالت هيئة المحلفين: من صنع البشر',
    },
    text: 'لماذا؟ ملاحظة واحدة، 280 حرفًا على الأكثر',
    source: 'أين يُرى ذلك؟ وقت في المقطع (1:23) أو رابط (https://…)',
    sourceOfChannel: 'أين يُرى ذلك؟ رابط (https://…)',
    noSource: 'اذكر وقتًا مثل 1:23، أو رابطًا يبدأ بـ https://.',
    write: 'إرسال الملاحظة',
    rateTitle: 'هل تفيد هذه الملاحظات؟',
    rateWhat: 'اختِرت بالقرعة. هل تساعد الملاحظة غيرك على فهم الحكم؟',
    helpful: 'مفيدة',
    unhelpful: 'غير مفيدة',
    inVideo: 'في المقطع عند $1',
    mineTitle: 'ملاحظاتك',
    withdraw: 'سحب',
    withdrawQuestion: 'أتسحب هذه الملاحظة؟ يُحذف ما تقوله، ولا يمكنك كتابة أخرى عن هذا.',
    states: {
      waiting: 'يُسأل محلفون آخرون',
      shown: 'معروضة',
      unshown: 'غير معروضة: لم يتفق المحلفون',
      hidden: 'أخفاها مشرف',
    },
  },
};
