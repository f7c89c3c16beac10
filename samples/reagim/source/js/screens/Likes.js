const api = require('../api');
const events = require('../events');
const {element} = require('../native');

const POINTS_PER_LIKE = 5;

module.exports = function Likes(person, words) {
  let likedPosts = 0;

  function onLike() {
    likedPosts += 1;
    person.points = (person.points || 0) + POINTS_PER_LIKE;
    events.record('like', {userId: person.userId, likedPosts});
    return api.like(person.userId, person.unit);
  }

  function onUnlike() {
    likedPosts -= 1;
    person.points -= POINTS_PER_LIKE;
    events.record('unlike', {userId: person.userId, likedPosts});
    return api.unlike(person.userId, person.unit);
  }

  function onShare() {
    events.record('share', {userId: person.userId});
    return api.share(person.userId, 'facebook');
  }

  return element(
    'View',
    {name: 'Likes'},
    element('Button', {id: 'like', onPress: onLike, onLongPress: onUnlike}, words.like),
    element('Button', {id: 'share', onPress: onShare}, words.share),
  );
};
