/** Words that many people use as passwords, in several languages; digits and signs around them are ignored. */
export const commonWords: ReadonlySet<string> = new Set(
  `password passwort passwords passcode passphrase motdepasse contrasena contraseña senha parola parool
  wachtwoord losenord lösenord adgangskode salasana haslo hasło heslo jelszo jelszó lozinka geslo sifre
  şifre sandi katasandi matkhau пароль йцукен secret geheim secreto segredo mysecret mypassword
  newpassword oldpassword temppassword temppass testpassword defaultpassword default changeme changeit
  change letmein letmeinnow openup opensesame sesame welcome welcometo bienvenue bienvenido willkommen
  benvenuto hello hellohello helloworld hallo bonjour ciao hola namaste salut admin administrator
  adminadmin root rootroot superuser sysadmin system server guest guestguest user username login logon
  signin access accessgranted master supervisor manager operator support service computer laptop
  internet network windows microsoft google facebook youtube instagram twitter github docker linux
  ubuntu android iphone samsung nintendo playstation minecraft pokemon pikachu roblox fortnite starwars
  startrek harrypotter hogwarts gandalf frodo matrix trustno trustme trustnoone iloveyou iloveu ilovegod
  iloveme iloveyousomuch loveyou lovely loveme lover forever tequiero teamo teamomucho tiamo jetaime
  ichliebedich mylove truelove sweetheart princess princesa prinzessin prinsess queen kingkong prince
  angel angels babygirl babyboy baby sunshine sunflower flower flowers butterfly rainbow unicorn
  chocolate cookie cookies cupcake banana orange cherry strawberry pumpkin pepper ginger coffee
  monkey dragon tiger tigger lion eagle falcon phoenix panther jaguar shadow spider superman batman
  spiderman ironman wolverine avengers godzilla samurai ninja warrior hunter killer ranger wizard
  football soccer futbol fussball baseball basketball hockey cricket tennis golfer rugby skateboard
  liverpool arsenal chelsea manchester barcelona realmadrid juventus bayern galatasaray fenerbahce
  besiktas yankees cowboys lakers steelers eagles mustang corvette ferrari porsche mercedes harley
  yamaha honda toyota summer winter spring autumn january february march april june july august
  september october november december monday tuesday wednesday thursday friday saturday sunday
  whatever nothing something anything starting freedom america london paris berlin canada brasil
  mexico india pakistan indonesia bismillah allah jesus jesuschrist christ blessed heaven gloria
  michael jordan jennifer jessica ashley daniel andrew anthony joshua matthew michelle nicole robert
  thomas charlie william george alexander alexandra maria fernando carlos alejandro francisco
  hannah samantha amanda elizabeth stephanie victoria maggie buster bailey snoopy scooby garfield
  test tester testing testtest testuser demo demodemo sample example foobar asdf qwer zxcv blink
  qwerty azerty qwertz dvorak dubsmash purple silver golden diamond crystal money dollar business
  company corporate office meeting secure security private publico docent docentdocent chatbot`
    .split(/\s+/)
    .map((word) => word.normalize("NFKC")),
);

/** Rows of keys and other well-known rows of characters; they are searched forwards and backwards. */
export const commonRows: readonly string[] = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890123456789",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "qsdfghjklm",
  "zxcvbnm",
  "yxcvbnm",
  "wxcvbn",
  "йцукенгшщзхъ",
  "фывапролджэ",
  "ячсмитьбю",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
  "qazwsxedcrfvtgbyhnujm",
  "zaq12wsxcde34rfv",
  "zaqxswcdevfrbgtnhymju",
  "a1b2c3d4e5f6g7h8",
  "1a2b3c4d5e6f7g8h",
  "147258369",
  "741852963",
  "789456123",
  "159357",
  "!@#$%^&*()_+",
];
