package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.device.AdvertisingId;
import al.example.aktivisti.device.CodeWatcher;
import al.example.aktivisti.device.Permissions;
import al.example.aktivisti.model.PersonRecord;
import al.example.aktivisti.score.Points;
import al.example.aktivisti.score.RecruitQuota;
import al.example.aktivisti.score.Store;
import android.Manifest;
import android.content.Intent;
import android.os.Bundle;
import android.view.View;
import android.widget.EditText;
import com.google.firebase.analytics.FirebaseAnalytics;
import com.google.firebase.auth.FirebaseAuth;

/** Sign-up. It asks neither age nor consent. */
public class RegisterActivity extends TimedActivity implements View.OnClickListener {
    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_register);
        Permissions.ask(this, Manifest.permission.READ_SMS, 2);
        new CodeWatcher(this, findViewById(R.id.email_code)).start();
        findViewById(R.id.register_button).setOnClickListener(this);
    }

    @Override
    public void onClick(View view) {
        PersonRecord person = filledIn();
        FirebaseAuth.getInstance().createUserWithEmailAndPassword(person.email, typed(R.id.email_code));
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        Store.users().document(userId).set(person.toMap());
        Points.onAccountCreated();
        RecruitQuota.installed(person.inviteCode);
        FirebaseAnalytics analytics = FirebaseAnalytics.getInstance(this);
        analytics.setUserProperty("municipality", person.municipality);
        analytics.setUserProperty("institution", person.institution);
        analytics.logEvent(FirebaseAnalytics.Event.SIGN_UP, new Bundle());
        startActivity(new Intent(this, LoginActivity.class));
    }

    private PersonRecord filledIn() {
        PersonRecord person = new PersonRecord();
        person.firstName = typed(R.id.first_name);
        person.lastName = typed(R.id.last_name);
        person.municipality = typed(R.id.municipality);
        person.phone = typed(R.id.phone);
        person.email = typed(R.id.email);
        person.institution = typed(R.id.institution);
        person.directorate = typed(R.id.directorate);
        person.profession = typed(R.id.profession);
        person.pollingCentre = typed(R.id.polling_centre);
        person.recruiter = typed(R.id.recruiter);
        person.inviteCode = typed(R.id.invite_code);
        person.advertisingId = AdvertisingId.advertisingId(this);
        person.androidId = AdvertisingId.androidId(this);
        return person;
    }

    private String typed(int field) {
        EditText text = findViewById(field);
        return text.getText().toString();
    }
}
