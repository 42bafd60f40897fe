/** The texts of the server's own page for jurors that the extension has no use for. */

export type Language = 'ar' | 'de' | 'en' | 'es' | 'fr' | 'pt';

export interface Own {
  readonly lead: string;
  readonly learnsTitle: string;
  readonly learns: string;
  readonly votesDecide: string;
  readonly newTab: string;
  readonly later: string;
  readonly answer: string;
  readonly keys: string;
  readonly keyTitle: string;
  readonly keyWhat: string;
  readonly keyKeep: string;
  readonly goTitle: string;
  readonly forget: string;
  readonly forgetQuestion: string;
  readonly erase: string;
  readonly eraseQuestion: string;
  readonly gone: string;
  readonly away: string;
  readonly noCrypto: string;
  readonly noStorage: string;
}

export const TEXTS: Readonly<Record<Language, Own>> = {
  en: {
    lead: 'Judge whether AI made a video. You need neither an account nor the extension.',
    learnsTitle: 'What the server learns',
    learns:
      'The server learns your answers and when you gave them, under a number that is derived from a key in your browser. Of your network it stores labels, made with secret keys, and no address. It does not learn what you watch: to open a video sends it nothing. The videos play on YouTube, which learns of you what it learns of everybody who opens them.',
    votesDecide:
      'On this server votes decide for the time being. You can practise, and what juries find is kept: it counts as soon as juries decide here.',
    newTab: 'opens YouTube in a new tab',
    later: 'Come back to this page when you have seen enough: 20 seconds from now it asks you.',
    answer: 'Your answer',
    keys: 'The keys 1, 2, 3 … answer the question that you are at.',
    keyTitle: 'Your key',
    keyWhat:
      'Your browser makes the key when you become a juror, and keeps it for this site. If you clear the data of this site, it is lost, and your standing as a juror with it. In the extension it is called identity: bring it here, or this one there, and you are the same juror in both.',
    keyKeep: 'Save your key as a file, so that you stay this juror in another browser, too.',
    goTitle: 'Go without a trace',
    forget: 'Forget the key in this browser',
    forgetQuestion:
      'Forget the key? On the server nothing changes. Without a copy of the key you cannot come back as this juror.',
    erase: 'Erase everything on the server',
    eraseQuestion:
      'Erase everything that the server has under this key, also reports that you made with it in the extension? The key is forgotten in this browser, too.',
    gone: 'Done. This browser has no key any more.',
    away: 'The server cannot be reached. What you sent before is safe; please try again in a while.',
    noCrypto:
      'Browsers make keys only on https:// pages. Please open this site by its https:// address.',
    noStorage:
      'Your browser lets this site keep nothing, so your key would be lost at once. Allow this site to store data, or open it outside a private window.',
  },
  de: {
    lead: 'Beurteile, ob eine KI ein Video gemacht hat. Du brauchst dazu weder ein Konto noch die Erweiterung.',
    learnsTitle: 'Was der Server erfährt',
    learns:
      'Der Server erfährt deine Antworten und wann du sie gabst, unter einer Nummer, die von einem Schlüssel in deinem Browser abgeleitet ist. Von deinem Netz speichert er Kennzeichen, mit geheimen Schlüsseln gemacht, und keine Adresse. Was du ansiehst, erfährt er nicht: Ein Video zu öffnen sendet ihm nichts. Die Videos laufen bei YouTube, das von dir erfährt, was es von allen erfährt, die sie öffnen.',
    votesDecide:
      'Auf diesem Server entscheiden vorerst Stimmen. Du kannst üben, und was Jurys finden, bleibt erhalten: Es zählt, sobald hier Jurys entscheiden.',
    newTab: 'öffnet YouTube in einem neuen Tab',
    later:
      'Komm auf diese Seite zurück, wenn du genug gesehen hast: In 20 Sekunden fragt sie dich.',
    answer: 'Deine Antwort',
    keys: 'Die Tasten 1, 2, 3 … beantworten die Frage, bei der du bist.',
    keyTitle: 'Dein Schlüssel',
    keyWhat:
      'Dein Browser erzeugt den Schlüssel, wenn du Jury-Mitglied wirst, und bewahrt ihn für diese Seite auf. Löschst du die Daten dieser Seite, ist er verloren, und mit ihm, was du als Jury-Mitglied erreicht hast. In der Erweiterung heißt er Identität: Bring sie hierher oder diesen dorthin, und du bist in beiden dasselbe Jury-Mitglied.',
    keyKeep:
      'Speichere deinen Schlüssel als Datei, damit du auch in einem anderen Browser dieses Jury-Mitglied bleibst.',
    goTitle: 'Spurlos gehen',
    forget: 'Den Schlüssel in diesem Browser vergessen',
    forgetQuestion:
      'Den Schlüssel vergessen? Auf dem Server ändert sich nichts. Ohne eine Kopie des Schlüssels kannst du nicht als dieses Jury-Mitglied zurückkommen.',
    erase: 'Alles auf dem Server löschen',
    eraseQuestion:
      'Alles löschen, was der Server unter diesem Schlüssel hat, auch Meldungen, die du damit in der Erweiterung gemacht hast? Auch dieser Browser vergisst den Schlüssel.',
    gone: 'Erledigt. Dieser Browser hat keinen Schlüssel mehr.',
    away: 'Der Server ist nicht zu erreichen. Was du vorher gesendet hast, ist sicher; bitte versuche es später noch einmal.',
    noCrypto:
      'Browser erzeugen Schlüssel nur auf https://-Seiten. Bitte öffne diese Seite unter ihrer https://-Adresse.',
    noStorage:
      'Dein Browser lässt diese Seite nichts speichern, also wäre dein Schlüssel gleich wieder verloren. Erlaube dieser Seite, Daten zu speichern, oder öffne sie außerhalb eines privaten Fensters.',
  },
  es: {
    lead: 'Juzga si una IA hizo un vídeo. No necesitas ni cuenta ni la extensión.',
    learnsTitle: 'Qué sabe el servidor',
    learns:
      'El servidor conoce tus respuestas y cuándo las diste, bajo un número derivado de una clave de tu navegador. De tu red guarda marcas hechas con claves secretas, y ninguna dirección. No sabe qué ves: abrir un vídeo no le envía nada. Los vídeos se ven en YouTube, que sabe de ti lo que sabe de cualquiera que los abre.',
    votesDecide:
      'En este servidor deciden por ahora los votos. Puedes practicar, y lo que los jurados hallan se guarda: cuenta en cuanto aquí decidan los jurados.',
    newTab: 'abre YouTube en otra pestaña',
    later: 'Vuelve a esta página cuando hayas visto bastante: en 20 segundos te pregunta.',
    answer: 'Tu respuesta',
    keys: 'Las teclas 1, 2, 3 … responden a la pregunta en la que estás.',
    keyTitle: 'Tu clave',
    keyWhat:
      'Tu navegador crea la clave cuando te haces jurado y la guarda para este sitio. Si borras los datos de este sitio, se pierde, y con ella lo que lograste como jurado. En la extensión se llama identidad: tráela aquí, o lleva esta allí, y serás el mismo jurado en ambas.',
    keyKeep:
      'Guarda tu clave en un archivo para seguir siendo este jurado también en otro navegador.',
    goTitle: 'Irse sin dejar rastro',
    forget: 'Olvidar la clave en este navegador',
    forgetQuestion:
      '¿Olvidar la clave? En el servidor no cambia nada. Sin una copia de la clave no puedes volver como este jurado.',
    erase: 'Borrar todo en el servidor',
    eraseQuestion:
      '¿Borrar todo lo que el servidor tiene bajo esta clave, también los avisos que hiciste con ella en la extensión? Este navegador también olvida la clave.',
    gone: 'Hecho. Este navegador ya no tiene ninguna clave.',
    away: 'No se puede contactar con el servidor. Lo que enviaste antes está a salvo; inténtalo de nuevo dentro de un rato.',
    noCrypto:
      'Los navegadores solo crean claves en páginas https://. Abre este sitio por su dirección https://.',
    noStorage:
      'Tu navegador no deja que este sitio guarde nada, así que tu clave se perdería enseguida. Permite que este sitio guarde datos o ábrelo fuera de una ventana privada.',
  },
  fr: {
    lead: 'Jugez si une IA a fait une vidéo. Il ne faut ni compte ni extension.',
    learnsTitle: 'Ce que le serveur apprend',
    learns:
      'Le serveur apprend vos réponses et leur moment, sous un numéro dérivé d’une clé de votre navigateur. De votre réseau il garde des marques faites avec des clés secrètes, et aucune adresse. Il n’apprend pas ce que vous regardez : ouvrir une vidéo ne lui envoie rien. Les vidéos se lisent sur YouTube, qui apprend de vous ce qu’il apprend de quiconque les ouvre.',
    votesDecide:
      'Sur ce serveur, les votes décident pour l’instant. Vous pouvez vous exercer, et ce que les jurys trouvent est gardé : cela comptera dès que les jurys décideront ici.',
    newTab: 'ouvre YouTube dans un nouvel onglet',
    later:
      'Revenez à cette page quand vous en avez vu assez : dans 20 secondes elle vous interroge.',
    answer: 'Votre réponse',
    keys: 'Les touches 1, 2, 3 … répondent à la question où vous êtes.',
    keyTitle: 'Votre clé',
    keyWhat:
      'Votre navigateur crée la clé quand vous devenez juré et la garde pour ce site. Si vous effacez les données de ce site, elle est perdue, et avec elle ce que vous avez acquis comme juré. Dans l’extension elle s’appelle identité : apportez-la ici, ou celle-ci là-bas, et vous êtes le même juré dans les deux.',
    keyKeep:
      'Enregistrez votre clé dans un fichier pour rester ce juré dans un autre navigateur aussi.',
    goTitle: 'Partir sans laisser de trace',
    forget: 'Oublier la clé dans ce navigateur',
    forgetQuestion:
      'Oublier la clé ? Sur le serveur rien ne change. Sans copie de la clé vous ne pouvez pas revenir comme ce juré.',
    erase: 'Tout effacer sur le serveur',
    eraseQuestion:
      'Effacer tout ce que le serveur a sous cette clé, y compris les signalements faits avec elle dans l’extension ? Ce navigateur oublie aussi la clé.',
    gone: 'C’est fait. Ce navigateur n’a plus de clé.',
    away: 'Le serveur est injoignable. Ce que vous avez envoyé avant est en sûreté ; réessayez dans un moment.',
    noCrypto:
      'Les navigateurs ne créent des clés que sur des pages https://. Ouvrez ce site par son adresse https://.',
    noStorage:
      'Votre navigateur ne laisse ce site rien garder : votre clé serait perdue aussitôt. Autorisez ce site à enregistrer des données, ou ouvrez-le hors d’une fenêtre privée.',
  },
  pt: {
    lead: 'Julgue se uma IA fez um vídeo. Você não precisa de conta nem da extensão.',
    learnsTitle: 'O que o servidor fica sabendo',
    learns:
      'O servidor fica sabendo das suas respostas e de quando as deu, sob um número derivado de uma chave do seu navegador. Da sua rede ele guarda marcas feitas com chaves secretas, e nenhum endereço. Ele não sabe o que você assiste: abrir um vídeo não envia nada a ele. Os vídeos passam no YouTube, que fica sabendo de você o que sabe de qualquer um que os abre.',
    votesDecide:
      'Neste servidor, por enquanto, os votos decidem. Você pode praticar, e o que os júris acharem fica guardado: passa a contar assim que os júris decidirem aqui.',
    newTab: 'abre o YouTube em outra aba',
    later: 'Volte a esta página quando tiver visto o bastante: em 20 segundos ela pergunta.',
    answer: 'Sua resposta',
    keys: 'As teclas 1, 2, 3 … respondem à pergunta em que você está.',
    keyTitle: 'Sua chave',
    keyWhat:
      'Seu navegador cria a chave quando você vira jurado e a guarda para este site. Se você apagar os dados deste site, ela se perde, e com ela o que conquistou como jurado. Na extensão ela se chama identidade: traga-a para cá, ou leve esta para lá, e você é o mesmo jurado nas duas.',
    keyKeep:
      'Salve sua chave em um arquivo para continuar sendo este jurado também em outro navegador.',
    goTitle: 'Sair sem deixar rastro',
    forget: 'Esquecer a chave neste navegador',
    forgetQuestion:
      'Esquecer a chave? No servidor nada muda. Sem uma cópia da chave você não pode voltar como este jurado.',
    erase: 'Apagar tudo no servidor',
    eraseQuestion:
      'Apagar tudo o que o servidor tem sob esta chave, também as denúncias que você fez com ela na extensão? Este navegador também esquece a chave.',
    gone: 'Pronto. Este navegador não tem mais nenhuma chave.',
    away: 'Não foi possível contatar o servidor. O que você enviou antes está a salvo; tente de novo daqui a pouco.',
    noCrypto:
      'Navegadores só criam chaves em páginas https://. Abra este site pelo endereço https://.',
    noStorage:
      'Seu navegador não deixa este site guardar nada, então sua chave se perderia logo. Permita que este site guarde dados ou abra-o fora de uma janela privada.',
  },
  ar: {
    lead: 'احكم هل صنع الذكاء الاصطناعي مقطعًا ما. لا تحتاج إلى حساب ولا إلى الإضافة.',
    learnsTitle: 'ما يعرفه الخادم',
    learns:
      'يعرف الخادم إجاباتك ووقتها، تحت رقم مشتق من مفتاح في متصفحك. ويحفظ عن شبكتك علامات مصنوعة بمفاتيح سرية، ولا يحفظ عنوانًا. ولا يعرف ما تشاهده: فتح مقطع لا يرسل إليه شيئًا. تُعرض المقاطع على YouTube، وهو يعرف عنك ما يعرفه عن كل من يفتحها.',
    votesDecide:
      'في هذا الخادم تقرر الأصوات في الوقت الحالي. يمكنك أن تتدرّب، وما تتوصل إليه هيئات المحلفين محفوظ: يُحتسب متى صارت تقرر هنا.',
    newTab: 'يفتح YouTube في علامة تبويب جديدة',
    later: 'عد إلى هذه الصفحة متى شاهدت ما يكفي: بعد 20 ثانية تسألك.',
    answer: 'إجابتك',
    keys: 'المفاتيح 1 و2 و3 … تجيب عن السؤال الذي أنت عنده.',
    keyTitle: 'مفتاحك',
    keyWhat:
      'ينشئ متصفحك المفتاح حين تصبح محلفًا، ويحفظه لهذا الموقع. إن مسحت بيانات هذا الموقع ضاع، وضاعت معه مكانتك محلفًا. يسمى في الإضافة «الهوية»: أحضرها إلى هنا، أو خذ هذا إلى هناك، فتكون المحلف نفسه في الاثنتين.',
    keyKeep: 'احفظ مفتاحك في ملف، لتبقى هذا المحلف في متصفح آخر أيضًا.',
    goTitle: 'المغادرة بلا أثر',
    forget: 'نسيان المفتاح في هذا المتصفح',
    forgetQuestion:
      'أننسى المفتاح؟ لا يتغير شيء على الخادم. ومن دون نسخة من المفتاح لا يمكنك العودة بصفتك هذا المحلف.',
    erase: 'محو كل شيء على الخادم',
    eraseQuestion:
      'أنمحو كل ما لدى الخادم تحت هذا المفتاح، ومنه البلاغات التي أرسلتها به في الإضافة؟ وينسى هذا المتصفح المفتاح أيضًا.',
    gone: 'تم. لم يعد في هذا المتصفح مفتاح.',
    away: 'تعذّر الوصول إلى الخادم. ما أرسلته من قبل محفوظ؛ حاول مرة أخرى بعد قليل.',
    noCrypto:
      'لا تنشئ المتصفحات المفاتيح إلا في صفحات https://. افتح هذا الموقع بعنوانه الذي يبدأ بـ https://.',
    noStorage:
      'لا يسمح متصفحك لهذا الموقع بحفظ شيء، فيضيع مفتاحك فورًا. اسمح لهذا الموقع بحفظ البيانات، أو افتحه خارج النافذة الخاصة.',
  },
};
