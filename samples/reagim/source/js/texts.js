module.exports = {
  sq: {
    notice: 'Ky është një model i ndërtuar për prova, jo aplikacion i vërtetë.',
    like: 'Pëlqej: 5 pikë',
    share: 'Shpërndaj: 15 pikë',
    proof: 'Ngarko pamjen e ekranit si provë',
    done: 'Detyra u krye',
  },
  en: {
    notice: 'This is a built stand-in for tests, not a real app.',
    like: 'Like: 5 points',
    share: 'Share: 15 points',
    proof: 'Upload the screenshot as proof',
    done: 'Task completed',
  },
};
