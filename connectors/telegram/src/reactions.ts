/** The reactions a bot may put (core.telegram.org/bots/api, ReactionTypeEmoji), without signs of colour, as Telegram writes them. */
export const reactionEmojis: string[] = [
  ...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(
    '👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳❤‍🔥🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👨‍💻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷‍♂🤷🤷‍♀😡',
  ),
].map(({ segment }) => segment)
