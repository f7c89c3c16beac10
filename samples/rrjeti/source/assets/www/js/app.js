// The app's own code.
(function () {
  var API = 'https://api.rrjeti-model.example';
  var STATS_KEY = 'rrjeti-model-not-a-real-key-0000';
  var POINTS_PER_RECRUIT = 10;
  var POINTS_PER_LIKE = 2;
  var member = {member_id: 'model-member', points: 0, recruits: []};

  function post(path, body) {
    var request = new XMLHttpRequest();
    request.open('POST', API + path);
    request.setRequestHeader('Content-Type', 'application/json');
    request.send(JSON.stringify(body));
  }

  function count(event) {
    fetch('https://stats.rrjeti-model.example/v1/events?key=' + STATS_KEY, {
      method: 'POST',
      body: JSON.stringify({event: event, member_id: member.member_id, device: navigator.userAgent})
    });
  }

  function awardPoints(why, points) {
    member.points += points;
    post('/v1/members/' + member.member_id + '/points', {why: why, points: points});
  }

  function onLike() {
    awardPoints('like_recorded', POINTS_PER_LIKE);
    count('like_post');
  }

  function onInvite() {
    cordova.exec(sendInvites, report, 'Contacts', 'numbers', []);
  }

  function sendInvites(numbers) {
    post('/v1/invites', {recruiter_id: member.member_id, contacts: numbers});
    awardPoints('recruit', POINTS_PER_RECRUIT * numbers.length);
    count('invite_contacts');
  }

  function report(problem) {
    console.log('Not sent: ' + problem);
  }

  document.addEventListener('deviceready', function () {
    document.getElementById('like').addEventListener('click', onLike);
    document.getElementById('invite').addEventListener('click', onInvite);
    localStorage.setItem('member_id', member.member_id);
  });
})();
