const {element} = require('../native');
const texts = require('../texts');
const Likes = require('./Likes');
const Task = require('./Task');

const person = {userId: 'model-user', unit: 'Drejtoria Shembull', language: 'sq'};

module.exports = function First() {
  const words = texts[person.language];
  return element(
    'View',
    {name: 'First'},
    element('Text', {id: 'stand_in_notice'}, words.notice),
    Likes(person, words),
    Task(person, words),
  );
};
