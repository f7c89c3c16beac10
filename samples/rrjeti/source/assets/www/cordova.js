// Stand-in for the bridge that Cordova puts into every app, in our own words.
(function () {
  var waiting = {};
  var next = 1;
  var PLATFORM_VERSION = '9.9.9';

  function exec(done, failed, service, action, values) {
    var id = service + next++;
    waiting[id] = {done: done, failed: failed};
    var answer = window._cordovaNative && window._cordovaNative.exec(0, service, action, id, JSON.stringify(values));
    if (answer) {
      done(JSON.parse(answer));
    }
  }

  window.cordova = {platformId: 'android', version: PLATFORM_VERSION, exec: exec};
  document.addEventListener('DOMContentLoaded', function () {
    document.dispatchEvent(new Event('deviceready'));
  });
})();
